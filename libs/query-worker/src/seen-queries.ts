import { type Clock } from '@narthex/process';
import { type InstantTask, type QueryNotes, type RangeTask } from './protocol.js';

/** A query that took no longer a moment ago takes no longer now; what it reads is still in the system's memory. */
const MOST_SECONDS = 0.002;
const MOST_ANSWER_BYTES = 32 * 1024;
const RECENT_MS = 60_000;
/** Queries that are remembered. */
const MOST_SEEN = 512;

/**
 * The queries that workers have answered in next to no time, for a minute each: dashboards ask the same again and
 * again, each time a little later. The same is the same expression over as long a time at the same steps, at most a
 * minute on.
 */
export class SeenQueries {
  readonly #clock: Clock;
  /** When each was seen, and at what time it ended. */
  readonly #seen = new Map<string, { readonly seenMs: number; readonly endMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tells of an answer that is whole. */
  learn(task: InstantTask | RangeTask, { timings }: QueryNotes, answerBytes: number): void {
    const key = keyOf(task);
    // Those seen last stand last.
    this.#seen.delete(key);
    const { preparation, evaluation, sorting } = timings;
    if (answerBytes > MOST_ANSWER_BYTES || preparation + evaluation + sorting > MOST_SECONDS) return;
    this.#seen.set(key, { seenMs: this.#clock.monotonicMs(), endMs: endOf(task) });
    if (this.#seen.size <= MOST_SEEN) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }

  /** Whether a query is the same as one that took next to no time. */
  knows(task: InstantTask | RangeTask): boolean {
    const known = this.#seen.get(keyOf(task));
    if (known === undefined) return false;
    const laterMs = endOf(task) - known.endMs;
    return this.#clock.monotonicMs() - known.seenMs <= RECENT_MS && laterMs >= 0 && laterMs <= RECENT_MS;
  }

  /** It did take time. */
  forget(task: InstantTask | RangeTask): void {
    this.#seen.delete(keyOf(task));
  }
}

function endOf(task: InstantTask | RangeTask): number {
  return task.form === 'range' ? task.endMs : task.timeMs;
}

function keyOf(task: InstantTask | RangeTask): string {
  const { form, query, lookbackMs = '', limit } = task;
  const steps = task.form === 'range' ? `${task.endMs - task.startMs} ${task.stepMs}` : '';
  return `${form} ${steps} ${lookbackMs} ${limit} ${task.samplesPerStep === true} ${query}`;
}
