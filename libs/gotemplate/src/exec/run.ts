import { AsynchronousFunctionError, TemplateExecutionError, TemplateLimitError } from '../errors.js';
import { quoteGo } from '../format/quote.js';
import { type Tree } from '../syntax/node.js';
import { type GoValue, type TemplateFunction } from '../values/value.js';
import { type Environment, type MissingKey, type Step } from './environment.js';
import { Meter, type TemplateLimits } from './limits.js';
import { executeTree } from './walk.js';

/** One execution of a template. */
export interface Execution {
  readonly name: string;
  readonly data: GoValue;
  readonly missingKey: MissingKey;
  readonly limits: TemplateLimits;
  readonly function: (name: string) => TemplateFunction | undefined;
  readonly template: (name: string) => Tree | undefined;
}

/** Carries out a template at once. */
export function runNow(execution: Execution): string {
  const output: string[] = [];
  const steps = start(execution, output);
  const step = steps.next();
  if (step.done !== true) {
    // Nobody waits for this answer; a failure of it must not end the process.
    step.value.catch(() => undefined);
    steps.return();
    throw new AsynchronousFunctionError(
      `template: ${execution.name}: a function answers later; use executeAsync`,
    );
  }
  return output.join('');
}

/** Carries out a template, waiting for what answers later. */
export async function runAsync(execution: Execution): Promise<string> {
  const output: string[] = [];
  const steps = start(execution, output);
  let step = steps.next();
  while (step.done !== true) {
    let answer: GoValue;
    try {
      answer = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(answer);
  }
  return output.join('');
}

function* start(execution: Execution, output: string[]): Step<void> {
  try {
    yield* execute(execution, output);
  } catch (error) {
    // Nested as deep as the stack reaches, or text as long as a string can be.
    if (!(error instanceof RangeError)) throw error;
    throw new TemplateLimitError(`template: ${execution.name}: exceeded stack or memory: ${error.message}`, {
      cause: error,
    });
  }
}

function execute(execution: Execution, output: string[]): Step<void> {
  const { name, data, limits } = execution;
  const tree = execution.template(name);
  if (tree === undefined) {
    throw new TemplateExecutionError(
      `template: no template ${quoteGo(name)} associated with template ${quoteGo(name)}`,
    );
  }
  const environment: Environment = {
    missingKey: execution.missingKey,
    meter: new Meter(name, limits),
    output,
    function: execution.function,
    template: execution.template,
  };
  return executeTree(environment, tree, data);
}
