import { type Labels } from '@narthex/model';
import { floatOf, parseSeries, type SequenceValue } from '@narthex/promqltest';
import { APPEND_OUTCOME } from '@narthex/storage';
import { ToolError } from '../errors.js';
import { type TestGroup } from './test-file.js';
import { type TestStorage } from './test-storage.js';

interface Input {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
  /** How many have been stored. */
  taken: number;
}

/** The series of a test, which come into the storage as the time of the test goes on. */
export class InputSeries {
  readonly #storage: TestStorage;
  readonly #startMs: number;
  readonly #intervalMs: number;
  readonly #inputs: readonly Input[];

  /** @throws ScriptError where a series cannot be read */
  constructor(storage: TestStorage, group: TestGroup, intervalMs: number) {
    this.#storage = storage;
    this.#startMs = group.start_timestamp;
    this.#intervalMs = intervalMs;
    const inputs = new Map<string, Input>();
    for (const { series, values } of group.input_series) {
      const parsed = parseSeries(`${series} ${values}`);
      inputs.set(parsed.labels.key, { ...parsed, taken: 0 });
    }
    this.#inputs = [...inputs.values()];
  }

  /** Stores everything up to a time. @throws ToolError where a rule has written the same series */
  storeUntil(timestampMs: number): void {
    for (const input of this.#inputs) {
      while (input.taken < input.values.length && this.#timeOf(input.taken) <= timestampMs) {
        const sampleMs = this.#timeOf(input.taken);
        const value = input.values[input.taken++]!;
        if (value.kind === 'omitted') continue;
        const outcome = this.#storage.append(input.labels, {
          timestampMs: sampleMs,
          value: floatOf(value) ?? 0,
          histogram: value.kind === 'histogram' ? value.histogram : undefined,
        });
        if (outcome === APPEND_OUTCOME.duplicate) throw new ToolError('duplicate sample for timestamp');
        if (outcome === APPEND_OUTCOME.outOfOrder) throw new ToolError('out of order sample');
      }
    }
  }

  #timeOf(index: number): number {
    return this.#startMs + index * this.#intervalMs;
  }
}
