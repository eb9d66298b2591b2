import { DurationError, type Labels, parseDuration } from '@narthex/model';
import { compile } from '@narthex/regexp';
import { ScriptError } from './errors.js';
import { contradiction, type Expectation, parseExpectation } from './expectation.js';
import { parseNumber } from './parse-number.js';
import { parseSeries, type SequenceValue } from './parse-series.js';
import { unquote } from './unquote.js';

export interface ScriptTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface ExpectedSeries {
  readonly labels: Labels;
  /** From 1 on, in the order of the lines. */
  readonly place: number;
  readonly values: readonly SequenceValue[];
}

/** One `eval` with all it expects. */
export interface EvalCommand {
  readonly query: string;
  /** Undefined for a range query. */
  readonly timestampMs: number | undefined;
  /** The steps of a range query, or of the range vector that an instant query is to give. */
  readonly times: ScriptTimes | undefined;
  readonly expectations: readonly Expectation[];
  readonly expectedScalar: number | undefined;
  readonly expectedString: string | undefined;
  readonly expectedSeries: readonly ExpectedSeries[];
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/i;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/i;
const RANGE_VECTOR = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;

/** Reads an `eval` and the lines below it. */
export function parseEval(header: string, lines: readonly string[]): EvalCommand {
  const instant = INSTANT.exec(header);
  const range = RANGE.exec(header);
  if (instant === null && range === null) {
    throw new ScriptError(
      "invalid evaluation command. Must be either 'eval[_fail|_warn|_ordered] instant [at <offset:duration>] <query>' " +
        "or 'eval[_fail|_warn] range from <from> to <to> step <step> <query>'",
    );
  }
  const body = new EvalBody(instant !== null, (instant ?? range)![1]?.toLowerCase());
  for (const line of lines) body.read(line);
  return instant === null
    ? { query: range![5]!, timestampMs: undefined, ...body.result(), times: parseTimes(range!.slice(2, 5)) }
    : { query: instant[3]!, timestampMs: parseTime(instant[2] ?? ''), ...body.result() };
}

class EvalBody {
  readonly #isInstant: boolean;
  readonly #expectations: Expectation[] = [];
  readonly #series: ExpectedSeries[] = [];
  #times: ScriptTimes | undefined;
  #scalar: number | undefined;
  #text: string | undefined;

  constructor(isInstant: boolean, modifier: string | undefined) {
    this.#isInstant = isInstant;
    if (modifier !== undefined) this.#expectations.push(parseExpectation(`expect ${modifier}`));
  }

  read(line: string): void {
    const fails = this.#expectations.some(({ kind }) => kind === 'fail');
    const [, old, text = ''] = /^expected_fail_(message|regexp)\s+(.+)$/.exec(line) ?? [];
    const rangeVector = RANGE_VECTOR.exec(line);
    if (fails && old !== undefined) {
      const message = old === 'message' ? text : undefined;
      this.#expectations.splice(0, Infinity, {
        kind: 'fail',
        message,
        pattern: old === 'regexp' ? compile(text) : undefined,
      });
    } else if (rangeVector !== null) this.#times = parseTimes(rangeVector.slice(1));
    else if (line.startsWith('expect string'))
      this.#text = unquote(line.slice('expect string'.length).trim());
    else if (/^expect\s/.test(line)) {
      this.#expectations.push(parseExpectation(line));
      const wrong = contradiction(this.#expectations);
      if (wrong !== undefined) throw new ScriptError(wrong);
    } else this.#readValue(line);
  }

  #readValue(line: string): void {
    const scalar = parseNumber(line);
    if (scalar !== undefined) {
      this.#scalar = scalar;
      return;
    }
    const { labels, values } = parseSeries(line);
    if (values.length > 1 && this.#isInstant && this.#times === undefined) {
      throw new ScriptError('expecting multiple values in instant evaluation not allowed');
    }
    this.#series.push({ labels, place: this.#series.length + 1, values });
  }

  result(): Omit<EvalCommand, 'query' | 'timestampMs'> {
    return {
      times: this.#times,
      expectations: this.#expectations,
      expectedScalar: this.#scalar,
      expectedString: this.#text,
      expectedSeries: this.#series,
    };
  }
}

function parseTimes([from = '', to = '', step = '']: readonly string[]): ScriptTimes {
  const times = { startMs: parseTime(from), endMs: parseTime(to), stepMs: parseTime(step) };
  if (times.stepMs <= 0) throw new ScriptError(`invalid test definition, step ${step} is not positive`);
  if (times.endMs < times.startMs) {
    throw new ScriptError(
      `invalid test definition, end timestamp (${to}) is before start timestamp (${from})`,
    );
  }
  return times;
}

function parseTime(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof DurationError)
      throw new ScriptError(`invalid timestamp definition: ${error.message}`);
    throw error;
  }
}
