import { builtins } from './exec/builtins.js';
import { type MissingKey } from './exec/environment.js';
import { defaultLimits, type TemplateLimits } from './exec/limits.js';
import { runAsync, runNow, type Execution } from './exec/run.js';
import { parseTemplate } from './syntax/parser.js';
import { isEmptyList, type Tree } from './syntax/node.js';
import { type GoValue, type TemplateFunction } from './values/value.js';

export interface TemplateSetOptions {
  /** Functions beside the built-in ones, which they may replace. */
  readonly functions?: ReadonlyMap<string, TemplateFunction>;
  /** What an absent key of a map gives; `default` prints as `<no value>`. */
  readonly missingKey?: MissingKey;
  readonly limits?: Partial<TemplateLimits>;
}

const noFunctions: ReadonlyMap<string, TemplateFunction> = new Map();

/** Templates that can call each other: Go's `text/template`. */
export class TemplateSet {
  readonly #trees: Map<string, Tree>;
  readonly #functions: ReadonlyMap<string, TemplateFunction>;
  readonly #missingKey: MissingKey;
  readonly #limits: TemplateLimits;

  constructor(options: TemplateSetOptions = {}) {
    this.#trees = new Map();
    this.#functions = options.functions ?? noFunctions;
    this.#missingKey = options.missingKey ?? 'default';
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /** A set with the same templates, which further parsing does not change. Functions given are added. */
  clone(options: TemplateSetOptions = {}): TemplateSet {
    const copy = new TemplateSet({
      functions:
        options.functions === undefined
          ? this.#functions
          : new Map([...this.#functions, ...options.functions]),
      missingKey: options.missingKey ?? this.#missingKey,
      limits: { ...this.#limits, ...options.limits },
    });
    for (const [name, tree] of this.#trees) copy.#trees.set(name, tree);
    return copy;
  }

  /**
   * Adds the template `name` and all that `text` defines. A later template replaces an earlier one of its name unless
   * it is empty.
   *
   * @throws TemplateParseError; the set is then unchanged
   */
  parse(name: string, text: string): this {
    const trees = parseTemplate(
      name,
      text,
      (candidate) => this.#functions.has(candidate) || builtins.has(candidate),
    );
    for (const tree of trees) {
      if (!this.#trees.has(tree.name) || !isEmptyList(tree.root)) this.#trees.set(tree.name, tree);
    }
    return this;
  }

  has(name: string): boolean {
    return this.#trees.has(name);
  }

  /** Names of all templates, sorted. */
  names(): readonly string[] {
    return [...this.#trees.keys()].sort();
  }

  /**
   * Carries out a template at once.
   *
   * @throws TemplateExecutionError, TemplateLimitError
   * @throws AsynchronousFunctionError where a function answers with a promise
   */
  execute(name: string, data: GoValue): string {
    return runNow(this.execution(name, data));
  }

  /**
   * Carries out a template, waiting for the functions that answer later.
   *
   * @throws TemplateExecutionError, TemplateLimitError
   */
  executeAsync(name: string, data: GoValue): Promise<string> {
    return runAsync(this.execution(name, data));
  }

  /** An execution that is ready to run; for kinds of templates built on this one. */
  execution(name: string, data: GoValue): Execution {
    return {
      name,
      data,
      missingKey: this.#missingKey,
      limits: this.#limits,
      function: (called) => this.#functions.get(called) ?? builtins.get(called),
      template: (called) => this.#trees.get(called),
    };
  }
}
