import { compactHistogram, formatDuration, formatFloatExponent, type Labels, quoteGo } from '@narthex/model';
import { formatScriptHistogram, parseMetricText, parseSeries, ScriptError } from '@narthex/promqltest';
import { type InstantQuery, RuleError, type VectorSample } from '@narthex/rules';
import { errorText, ToolError } from '../errors.js';
import { type ExpressionTest } from './test-file.js';

interface ComparedSample {
  readonly labels: Labels;
  readonly value: number;
  /** In the notation of tests; empty for a float. */
  readonly histogram: string;
}

export interface ExpressionContext {
  readonly query: InstantQuery;
  readonly startMs: number;
  /** Take floats for equal that are next to each other. */
  readonly fuzzy: boolean;
}

/** What is wrong with an expression's result; undefined when it is as expected. */
export async function expressionFault(
  test: ExpressionTest,
  { query, startMs, fuzzy }: ExpressionContext,
): Promise<string | undefined> {
  const place = `    expr: ${quoteGo(test.expr)}, time: ${formatDuration(test.eval_time)},`;
  let got: ComparedSample[];
  let expected: ComparedSample[];
  try {
    got = (await query(test.expr, startMs + test.eval_time)).samples.map(receivedSample);
    expected = test.exp_samples.map(expectedSample);
  } catch (error) {
    return `${place} err: ${errorText(error)}`;
  }
  for (const samples of [expected, got]) samples.sort((a, b) => a.labels.compare(b.labels));
  const equal = fuzzy ? nearlyEqual : (a: number, b: number): boolean => a === b;
  const same =
    expected.length === got.length &&
    expected.every(({ labels, value, histogram }, i) => {
      const other = got[i]!;
      return labels.equals(other.labels) && equal(value, other.value) && histogram === other.histogram;
    });
  return same
    ? undefined
    : `${place}\n        exp: ${samplesText(expected)}\n        got: ${samplesText(got)}`;
}

function receivedSample({ labels, value, histogram }: VectorSample): ComparedSample {
  if (histogram === undefined) return { labels, value, histogram: '' };
  return { labels, value: 0, histogram: formatScriptHistogram(compactHistogram(histogram)) };
}

function expectedSample({
  labels: text,
  value,
  histogram,
}: ExpressionTest['exp_samples'][number]): ComparedSample {
  const labels = reading(`labels ${quoteGo(text)}`, () => parseMetricText(text === '' ? '{}' : text));
  if (histogram === '') return { labels, value, histogram: '' };
  const { values } = reading(`failed to parse custom histogram: ${quoteGo(histogram)}`, () =>
    parseSeries(`{} ${histogram}`),
  );
  const [only] = values;
  if (values.length !== 1 || only === undefined) {
    throw new ToolError(`expected 1 value, got ${values.length}`);
  }
  if (only.kind !== 'histogram') throw new ToolError(`expected histogram, got ${only.kind}`);
  return { labels, value: 0, histogram: formatScriptHistogram(compactHistogram(only.histogram)) };
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ScriptError || cause instanceof RuleError)) throw cause;
    throw new ToolError(`${what}: ${cause.message}`, { cause });
  }
}

function samplesText(samples: readonly ComparedSample[]): string {
  if (samples.length === 0) return 'nil';
  const shown = samples.map(({ labels, value, histogram }) => {
    const text = histogram === '' ? formatFloatExponent(value).replace('e', 'E') : histogram;
    return `${labels.toString()} ${text}`;
  });
  return shown.join(', ');
}

const bits = new DataView(new ArrayBuffer(8));

/** True for equal floats and for neighbours. */
function nearlyEqual(a: number, b: number): boolean {
  if (a === b) return true;
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  const distance = ordinal(a) - ordinal(b);
  return distance === 1n || distance === -1n;
}

/** Floats in their order, counted from zero. */
function ordinal(value: number): bigint {
  bits.setFloat64(0, value);
  const ordered = bits.getBigInt64(0);
  return ordered < 0n ? -(ordered & 0x7fff_ffff_ffff_ffffn) : ordered;
}
