import { type Clock, type Logger, sleep } from '@narthex/process';
import { isCancelled, type Compactor } from './compactor.js';
import { type BlockStore } from './block-store.js';
import { type MaintenanceCounters } from './maintenance-counters.js';
import { type StaleCompaction } from './stale-compaction.js';
import { type Turns } from './turns.js';

const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;

export interface MaintenanceLoopOptions {
  readonly store: BlockStore;
  readonly compactor: Compactor;
  readonly staleCompaction: StaleCompaction;
  /** Keeps reloads, compactions, deletions and snapshots apart. */
  readonly turns: Turns;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: MaintenanceCounters;
  /** How often blocks are looked for. */
  readonly reloadIntervalMs: number;
}

/**
 * Looks for blocks at intervals, and compacts after each look and whenever a commit has made the head long enough.
 * After a failure it waits, from a second up to a minute.
 */
export class MaintenanceLoop {
  readonly #options: MaintenanceLoopOptions;
  readonly #abort = new AbortController();
  #wake: () => void = () => undefined;
  #requested = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: MaintenanceLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = Promise.all([this.#reloadAtIntervals(), this.#compactOnRequest()]);
  }

  /** Has a compaction run soon. Requests that come before it begins are one. */
  requestCompaction(): void {
    this.#requested = true;
    this.#wake();
  }

  /** Resolves when what is under way has come to its end. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake();
    await this.#running;
  }

  async #reloadAtIntervals(): Promise<void> {
    const { clock, reloadIntervalMs, turns, store, logger } = this.#options;
    while (await sleep(clock, reloadIntervalMs, this.#abort.signal)) {
      try {
        await turns.take(() => store.reload());
      } catch (error) {
        if (!isCancelled(error)) logger.error('reloadBlocks', { err: asError(error) });
      }
      this.requestCompaction();
      await this.#compactStaleSeries();
    }
  }

  async #compactStaleSeries(): Promise<void> {
    const { turns, staleCompaction, logger } = this.#options;
    try {
      await turns.take(async () => {
        if (staleCompaction.isDue) await staleCompaction.run();
      });
    } catch (error) {
      if (!isCancelled(error))
        logger.error('immediate stale series compaction failed', { err: asError(error) });
    }
  }

  async #compactOnRequest(): Promise<void> {
    const { clock, turns, compactor, logger, counters } = this.#options;
    let backoffMs = 0;
    while (await this.#nextRequest()) {
      counters.compactionsTriggered++;
      try {
        await turns.take(() => compactor.run());
        backoffMs = 0;
      } catch (error) {
        if (isCancelled(error)) return;
        logger.error('compaction failed', { err: asError(error) });
        backoffMs = Math.min(Math.max(FIRST_BACKOFF_MS, 2 * backoffMs), LONGEST_BACKOFF_MS);
        await sleep(clock, backoffMs, this.#abort.signal);
      }
    }
  }

  /** False when the loop is to end. */
  async #nextRequest(): Promise<boolean> {
    const { signal } = this.#abort;
    if (!this.#requested && !signal.aborted) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#requested = false;
    return !signal.aborted;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
