import { type Queryable } from '@narthex/storage';
import { compareValue, sortedByLabels } from './compare-value.js';
import { type ScriptAnswer, type ScriptEngine, type ScriptSample, type ScriptValue } from './engine.js';
import { describeExpectation, type ExpectationKind, meets } from './expectation.js';
import { type EvalCommand } from './parse-eval.js';

/** An instant query is tried as a range query too, one minute around its time. */
const AROUND_MS = 60_000;
/** These differ between the two. */
const QUERY_CONTEXT = /(start|end|range|step)\(\)/;

/** Evaluates a query in every way that must give the same; what is wrong, if anything. */
export async function runEval(
  command: EvalCommand,
  storage: Queryable,
  engine: ScriptEngine,
): Promise<string | undefined> {
  const { timestampMs, query } = command;
  try {
    engine.parse(query);
  } catch (error) {
    return messageOf(error);
  }
  if (timestampMs === undefined) return check(command, () => engine.range(storage, query, command.times!));
  for (const [text, at] of variants(command, timestampMs, engine)) {
    const wrong = await runInstant({ ...command, query: text }, at, storage, engine);
    if (wrong !== undefined) return text === query ? wrong : `${wrong} (as ${text} at ${at}ms)`;
  }
  return undefined;
}

/** The query itself, and fixed to its time, at other times. */
function variants(
  command: EvalCommand,
  timestampMs: number,
  engine: ScriptEngine,
): readonly [string, number][] {
  const own: [string, number] = [command.query, timestampMs];
  const pinned = engine.pinned?.(command.query, timestampMs);
  if (pinned === undefined) return [own];
  const others =
    timestampMs === 0
      ? [-1000, 0, 1000]
      : [-10 * timestampMs, 0, Math.trunc(timestampMs / 5), timestampMs, 10 * timestampMs];
  return [own, ...others.map((at): [string, number] => [pinned, at])];
}

async function runInstant(
  command: EvalCommand,
  timestampMs: number,
  storage: Queryable,
  engine: ScriptEngine,
): Promise<string | undefined> {
  let answer: ScriptAnswer | undefined;
  const wrong = await check(command, async () => {
    answer = await engine.instant(storage, command.query, timestampMs);
    return answer;
  });
  if (wrong !== undefined || answer === undefined) return wrong;
  if (command.times !== undefined || command.expectedString !== undefined) return undefined;
  if (QUERY_CONTEXT.test(command.query)) return undefined;
  return runAsRange(command, timestampMs, storage, engine, answer.value.type === 'scalar');
}

/** The middle step of a range query around the time must give the same. */
async function runAsRange(
  command: EvalCommand,
  timestampMs: number,
  storage: Queryable,
  engine: ScriptEngine,
  isScalar: boolean,
): Promise<string | undefined> {
  const times = { startMs: timestampMs - AROUND_MS, endMs: timestampMs + AROUND_MS, stepMs: AROUND_MS };
  let value: ScriptValue;
  try {
    ({ value } = await engine.range(storage, command.query, times));
  } catch (error) {
    return `range mode: ${messageOf(error)}`;
  }
  // The answer to a range query has an order of its own.
  if (has(command, 'ordered')) return undefined;
  if (value.type !== 'matrix') return `range mode: expected a matrix, got a ${value.type}`;
  const unsorted = sortedByLabels(value.series);
  if (unsorted !== undefined) return `range mode: ${unsorted}`;
  const samples: ScriptSample[] = [];
  for (const { labels, columns } of value.series) {
    const at = columns.timestampsMs.subarray(0, columns.length).indexOf(timestampMs);
    if (at < 0) continue;
    const histogram = columns.histograms?.[at];
    samples.push({
      labels,
      timestampMs,
      value: columns.values[at]!,
      ...(histogram === undefined ? {} : { histogram }),
    });
  }
  const middle: ScriptValue = isScalar
    ? { type: 'scalar', value: samples[0]?.value ?? NaN }
    : { type: 'vector', samples };
  const wrong = compareValue(command, middle);
  return wrong === undefined ? undefined : `range mode: ${wrong}`;
}

async function check(
  command: EvalCommand,
  evaluate: () => Promise<ScriptAnswer>,
): Promise<string | undefined> {
  let answer: ScriptAnswer;
  try {
    answer = await evaluate();
  } catch (error) {
    return checkFailure(command, messageOf(error));
  }
  if (isExpectedToFail(command)) return 'expected an error, got none';
  return (
    checkRemarks(command, 'warn', answer.warnings) ??
    checkRemarks(command, 'info', answer.infos) ??
    compareValue(command, answer.value)
  );
}

function checkFailure(command: EvalCommand, message: string): string | undefined {
  const expected = command.expectations.find(({ kind }) => kind === 'fail');
  if (expected === undefined) return `expected an answer, got error ${JSON.stringify(message)}`;
  if (meets(expected, message)) return undefined;
  return `expected error ${describeExpectation(expected)}, got ${JSON.stringify(message)}`;
}

function checkRemarks(
  command: EvalCommand,
  kind: 'warn' | 'info',
  got: readonly string[],
): string | undefined {
  const shown = got.map((text) => JSON.stringify(text)).join(', ') || 'none';
  if (has(command, `no_${kind}`) && got.length > 0) return `expected no ${kind} annotations, got ${shown}`;
  const expected = command.expectations.filter((one) => one.kind === kind);
  if (expected.length === 0) return undefined;
  const unmet = expected.find((one) => !got.some((text) => meets(one, text)));
  if (unmet !== undefined) return `expected ${kind} annotation ${describeExpectation(unmet)}, got ${shown}`;
  const extra = got.find((text) => !expected.some((one) => meets(one, text)));
  return extra === undefined ? undefined : `unexpected ${kind} annotation ${JSON.stringify(extra)}`;
}

function isExpectedToFail(command: EvalCommand): boolean {
  return has(command, 'fail');
}

function has({ expectations }: EvalCommand, wanted: ExpectationKind): boolean {
  return expectations.some(({ kind }) => kind === wanted);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
