import { compareAnswer, compareFailure, compareValue } from './compare-answer.js';
import { customBucketSeries } from './custom-buckets.js';
import { type ScriptAnswer, type ScriptEngine } from './engine.js';
import { MemoryStorage } from './memory-storage.js';
import { parseScript } from './parse-script.js';
import { type EvalCommand } from './script.js';

/** One line of a script that did not do what it says. */
export interface ScriptFailure {
  readonly line: number;
  readonly query: string;
  readonly reasons: readonly string[];
}

export interface ScriptResult {
  /** Every `eval` counts as one test, and everything that is not understood as a failed one. */
  readonly passed: number;
  readonly failures: readonly ScriptFailure[];
}

/** Half of the range around an instant query in which its answer has to be the same. */
const AROUND_MS = 60_000;

/** Runs a script against an engine. */
export async function runScript(text: string, engine: ScriptEngine): Promise<ScriptResult> {
  const storage = new MemoryStorage();
  const failures: ScriptFailure[] = [];
  let passed = 0;
  for (const command of parseScript(text)) {
    switch (command.kind) {
      case 'clear':
        storage.clear();
        break;
      case 'load':
        storage.load(command.series, command.stepMs);
        if (command.withCustomBuckets) storage.load(customBucketSeries(command.series), command.stepMs);
        break;
      case 'bad':
        failures.push({ line: command.line, query: '', reasons: [command.reason] });
        break;
      case 'eval': {
        const reasons = await evaluate(command, engine, storage);
        if (reasons.length === 0) passed++;
        else failures.push({ line: command.line, query: command.query, reasons });
      }
    }
  }
  return { passed, failures };
}

async function evaluate(
  command: EvalCommand,
  engine: ScriptEngine,
  storage: MemoryStorage,
): Promise<readonly string[]> {
  const { query, at, expect } = command;
  let answer: ScriptAnswer;
  try {
    answer =
      at.type === 'instant'
        ? await engine.instant(storage, query, at.timestampMs)
        : await engine.range(storage, query, at);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (expect.fail === undefined) return [`unexpected error: ${message}`];
    return compareFailure(expect.fail, message);
  }
  if (expect.fail !== undefined) return ['expected an error, got an answer'];
  const faults = compareAnswer(command, answer);
  return faults.length === 0 ? sameInRange(command, engine, storage) : faults;
}

/**
 * An instant query has to give the same as the middle step of a range around it. Strings and range vectors have no
 * range query, and sorting means nothing in one.
 */
async function sameInRange(
  command: EvalCommand,
  engine: ScriptEngine,
  storage: MemoryStorage,
): Promise<readonly string[]> {
  const { query, at, expect, scalar } = command;
  if (at.type === 'range' || expect.text !== undefined || expect.rangeVector !== undefined || expect.ordered)
    return [];
  // `@ start()` and `@ end()` are other moments there.
  if (/\b(start|end|range|step)\s*\(\s*\)/.test(query)) return [];
  const { timestampMs } = at;
  const range = { startMs: timestampMs - AROUND_MS, endMs: timestampMs + AROUND_MS, stepMs: AROUND_MS };
  try {
    const { value } = await engine.range(storage, query, range);
    if (value.type !== 'matrix') return [`as a range query: expected a range vector, got a ${value.type}`];
    const samples = value.series.flatMap(({ labels, columns }) => {
      const i = columns.timestampsMs.subarray(0, columns.length).indexOf(timestampMs);
      return i < 0
        ? []
        : [{ labels, timestampMs, value: columns.values[i]!, histogram: columns.histograms?.[i] }];
    });
    const middle =
      scalar === undefined
        ? ({ type: 'vector', samples } as const)
        : ({ type: 'scalar', timestampMs, value: samples[0]?.value ?? NaN } as const);
    return compareValue(command, middle).map((reason) => `as a range query: ${reason}`);
  } catch (error) {
    return [`as a range query: unexpected error: ${error instanceof Error ? error.message : String(error)}`];
  }
}
