import { type Tree } from '../syntax/node.js';
import { type GoValue, type TemplateFunction } from '../values/value.js';
import { type Meter } from './limits.js';

/** What an absent key of a map gives: no value, the zero value of the map's elements, or an error. */
export type MissingKey = 'default' | 'zero' | 'error';

/** What one execution shares among its templates. */
export interface Environment {
  readonly missingKey: MissingKey;
  readonly meter: Meter;
  readonly output: string[];
  function(name: string): TemplateFunction | undefined;
  template(name: string): Tree | undefined;
}

/**
 * Work that may have to wait: it yields what it waits for and is given the answer. A driver decides whether waiting is
 * allowed, so one evaluator serves both.
 */
export type Step<Result> = Generator<Promise<GoValue>, Result, GoValue>;
