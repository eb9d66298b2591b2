import { createHash } from 'node:crypto';

/**
 * When a group is evaluated: every interval, at an offset that depends on its name only, so that groups do not all
 * run at once and a restart changes nothing.
 */
export class GroupSchedule {
  readonly intervalMs: number;
  readonly #offsetMs: number;

  constructor(file: string, group: string, intervalMs: number) {
    const digest = createHash('sha1').update(`${file};${group}`).digest();
    this.intervalMs = intervalMs;
    this.#offsetMs = digest.readUIntBE(0, 6) % intervalMs;
  }

  /** The latest evaluation time that is not after `nowMs`. */
  slotAt(nowMs: number): number {
    const shifted = nowMs - this.#offsetMs;
    return shifted - (shifted % this.intervalMs) + this.#offsetMs;
  }
}
