import { Labels } from '@narthex/model';
import { labelsHash } from '@narthex/promql';

const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * When a group is evaluated: every interval, at upstream's offset, which comes from the hash of the group's name and
 * file, so that groups do not all run at once and neither a restart nor a change of the program moves them.
 */
export class GroupSchedule {
  readonly intervalMs: number;
  readonly #offsetMs: number;

  constructor(file: string, group: string, intervalMs: number) {
    const hash = labelsHash(
      Labels.of([
        ['file', file],
        ['name', group],
      ]),
    );
    this.intervalMs = intervalMs;
    // Upstream counts in nanoseconds and stores whole milliseconds.
    this.#offsetMs = Number(
      (hash % (BigInt(Math.round(intervalMs)) * NANOSECONDS_PER_MS)) / NANOSECONDS_PER_MS,
    );
  }

  /** The latest evaluation time that is not after `nowMs`. */
  slotAt(nowMs: number): number {
    const shifted = nowMs - this.#offsetMs;
    return shifted - (shifted % this.intervalMs) + this.#offsetMs;
  }
}
