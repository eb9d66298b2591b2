import { runAsync, runNow, type Execution } from '../exec/run.js';
import { TemplateSet, type TemplateSetOptions } from '../template-set.js';
import { type GoValue } from '../values/value.js';
import { TreeEscaper } from './escape-tree.js';
import { escaperFunctions } from './escaper-functions.js';

/**
 * Templates that write HTML: Go's `html/template`. Every value is escaped for the place it stands in: text, attribute,
 * URL, script, style. Values of the safe types (`safeHtml` and others) go through where they fit.
 */
export class HtmlTemplateSet {
  readonly #templates: TemplateSet;
  /** What is escaped so far; begun anew after each change of the templates. */
  #escaper: TreeEscaper;

  /** `templates` are the templates to begin with; `options` then apply to none. */
  constructor(options: TemplateSetOptions = {}, templates = new TemplateSet(options)) {
    this.#templates = templates;
    this.#escaper = this.#newEscaper();
  }

  #newEscaper(): TreeEscaper {
    const { template } = this.#templates.execution('', null);
    return new TreeEscaper(template);
  }

  /** A set with the same templates, which further parsing does not change. Functions given are added. */
  clone(options: TemplateSetOptions = {}): HtmlTemplateSet {
    return new HtmlTemplateSet({}, this.#templates.clone(options));
  }

  /** As {@link TemplateSet.parse}. @throws TemplateParseError */
  parse(name: string, text: string): this {
    this.#templates.parse(name, text);
    this.#escaper = this.#newEscaper();
    return this;
  }

  has(name: string): boolean {
    return this.#templates.has(name);
  }

  names(): readonly string[] {
    return this.#templates.names();
  }

  /** As {@link TemplateSet.execute}. @throws TemplateEscapeError where a value's place cannot be told */
  execute(name: string, data: GoValue): string {
    return runNow(this.#execution(name, data));
  }

  /** As {@link TemplateSet.executeAsync}. @throws TemplateEscapeError where a value's place cannot be told */
  async executeAsync(name: string, data: GoValue): Promise<string> {
    return runAsync(this.#execution(name, data));
  }

  #execution(name: string, data: GoValue): Execution {
    const execution = this.#templates.execution(name, data);
    if (this.#templates.has(name)) this.#escape(name);
    return {
      ...execution,
      template: (called) => this.#escaper.trees.get(called),
      function: (called) => execution.function(called) ?? escaperFunctions.get(called),
    };
  }

  #escape(name: string): void {
    try {
      this.#escaper.escape(name);
    } catch (error) {
      // What was assumed about the templates in between does not hold.
      this.#escaper = this.#newEscaper();
      throw error;
    }
  }
}
