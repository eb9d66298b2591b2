import { compile, type SearchRegexp } from '@narthex/regexp';
import { ScriptError } from './errors.js';

export const EXPECTATIONS = ['ordered', 'fail', 'warn', 'no_warn', 'info', 'no_info'] as const;
export type ExpectationKind = (typeof EXPECTATIONS)[number];

/** One `expect` line. */
export interface Expectation {
  readonly kind: ExpectationKind;
  /** What an error or remark has to say, word for word or matching; undefined for anything. */
  readonly message: string | undefined;
  readonly pattern: SearchRegexp | undefined;
}

const LINE = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;

export function parseExpectation(line: string): Expectation {
  const parts = LINE.exec(line);
  if (parts === null) {
    throw new ScriptError(
      'invalid expect statement, must match `expect <type> <match_type>: <string>` format',
    );
  }
  const text = parts[3]?.trim();
  return {
    kind: parts[1] as ExpectationKind,
    message: parts[2] === 'msg' ? text : undefined,
    pattern: parts[2] === 'regex' ? compile(text!) : undefined,
  };
}

export function meets({ message, pattern }: Expectation, text: string): boolean {
  if (message !== undefined) return message === text;
  return pattern === undefined || pattern.test(text);
}

export function describeExpectation({ message, pattern }: Expectation): string {
  if (message !== undefined) return JSON.stringify(message);
  return pattern === undefined ? 'any' : `/${pattern.source}/`;
}

/** What is wrong with a set of expectations, if anything. */
export function contradiction(expectations: readonly Expectation[]): string | undefined {
  const count = (kind: ExpectationKind): number => expectations.filter((one) => one.kind === kind).length;
  if (count('info') > 0 && count('no_info') > 0)
    return 'invalid expect lines, info and no_info cannot be used together';
  if (count('warn') > 0 && count('no_warn') > 0)
    return 'invalid expect lines, warn and no_warn cannot be used together';
  return count('fail') > 1 ? 'invalid expect lines, multiple expect fail lines are not allowed' : undefined;
}
