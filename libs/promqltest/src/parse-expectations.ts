import { ScriptError } from './errors.js';
import { parseTime } from './parse-number.js';
import { unquote } from './parse-series.js';
import { type Expectations, type TextExpectation } from './script.js';

/** Expectations while their lines are read. */
export type ExpectationsDraft = { -readonly [Key in keyof Expectations]: Expectations[Key] };

export function noExpectations(): ExpectationsDraft {
  return {
    fail: undefined,
    warnings: [],
    infos: [],
    noWarnings: false,
    noInfos: false,
    ordered: false,
    text: undefined,
    rangeVector: undefined,
  };
}

/**
 * Reads what stands behind `expect`.
 * @throws ScriptError when it is unknown.
 */
export function readExpectation(text: string, draft: ExpectationsDraft): void {
  const [kind = ''] = text.split(/\s/, 1);
  const rest = text.slice(kind.length).trim();
  switch (kind) {
    case 'fail':
      draft.fail = textExpectation(rest);
      return;
    case 'warn':
      draft.warnings = [...draft.warnings, textExpectation(rest)];
      return;
    case 'info':
      draft.infos = [...draft.infos, textExpectation(rest)];
      return;
    case 'string':
      if (!/^(["'`])[^]*\1$/.test(rest))
        throw new ScriptError(`expect string takes a quoted string, not ${rest}`);
      draft.text = unquote(rest);
      return;
    case 'range':
      draft.rangeVector = rangeVector(rest);
      return;
  }
  if (rest !== '') throw new ScriptError(`unexpected "${rest}" behind expect ${kind}`);
  switch (kind) {
    case 'no_warn':
      draft.noWarnings = true;
      return;
    case 'no_info':
      draft.noInfos = true;
      return;
    case 'ordered':
      draft.ordered = true;
      return;
    default:
      throw new ScriptError(`unknown expectation ${kind}`);
  }
}

function textExpectation(text: string): TextExpectation {
  if (text === '') return { match: 'any' };
  const parts = /^(msg|regex):\s*(.*)$/.exec(text);
  if (parts === null) throw new ScriptError(`an expectation says msg: or regex:, not "${text}"`);
  const expected = parts[2]!;
  if (expected === '') throw new ScriptError('an expectation without text');
  return { match: parts[1] === 'msg' ? 'exact' : 'regexp', text: expected };
}

function rangeVector(text: string): Expectations['rangeVector'] {
  const parts = /^vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/.exec(text);
  if (parts === null) throw new ScriptError(`expect range vector from … to … step …, not "range ${text}"`);
  const [startMs = 0, endMs = 0, stepMs = 0] = parts.slice(1).map(parseTime);
  if (stepMs <= 0) throw new ScriptError('the step of a range vector is positive');
  return { startMs, endMs, stepMs };
}
