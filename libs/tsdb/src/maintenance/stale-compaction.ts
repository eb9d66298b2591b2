import { ByteWriter } from '@narthex/bytes';
import { type Clock, type Logger } from '@narthex/process';
import { encodeTombstones, type WalWriter } from '@narthex/wal';
import { blockRangeStart } from '../compact/block-ranges.js';
import { type Head } from '../head/head.js';
import { findStaleSeries } from '../head/stale-series.js';
import { runInSlices } from '../head/slices.js';
import { countInto } from './chunk-statistics.js';
import { type Compactor } from './compactor.js';
import { COMPACTION_SECONDS, type MaintenanceCounters } from './maintenance-counters.js';

/** Not within so long before the head is compacted anyway. */
const SOON_MS = 10 * 60_000;

export interface StaleCompactionOptions {
  readonly path: string;
  readonly head: Head;
  readonly compactor: Compactor;
  readonly wal: WalWriter;
  /** How long the shortest blocks are. */
  readonly rangeMs: number;
  /** The part of all series that has to be stale, 0 for never. It may change. */
  readonly threshold: () => number;
  readonly counters: MaintenanceCounters;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Moves series that have ended into blocks of their own before their time, where too many of the head's have
 * (upstream: `DB.CompactStaleHead`, `tsdb/db.go`).
 */
export class StaleCompaction {
  readonly #options: StaleCompactionOptions;

  constructor(options: StaleCompactionOptions) {
    this.#options = options;
  }

  /** Whether so many series are stale that they should go. */
  get isDue(): boolean {
    const { head, threshold, compactor, rangeMs, clock } = this.#options;
    const part = threshold();
    if (part <= 0 || head.seriesCount === 0 || head.store.staleSeries / head.seriesCount < part) return false;
    const lastMs = compactor.headCompactedAtMs;
    return lastMs === undefined || clock.monotonicMs() + SOON_MS <= lastMs + rangeMs;
  }

  /** @throws what stood in the way; the series are in the head still */
  async run(): Promise<void> {
    const { counters, clock, logger } = this.#options;
    counters.staleCompactions++;
    logger.info('Starting stale series compaction');
    const startMs = clock.monotonicMs();
    try {
      const count = await this.#compact();
      const durationMs = clock.monotonicMs() - startMs;
      countInto(counters.staleCompactionSeconds, COMPACTION_SECONDS, durationMs / 1000);
      const duration = `${durationMs.toFixed(3)}ms`;
      logger.info('Ending stale series compaction', { num_series: count, duration });
    } catch (error) {
      counters.staleCompactionsFailed++;
      throw error;
    }
  }

  async #compact(): Promise<number> {
    const { head, path, compactor, rangeMs, clock, logger } = this.#options;
    const { maxTimeMs } = head;
    const ids = await runInSlices(findStaleSeries(head), clock);
    if (ids.length === 0) return 0;
    for (let fromMs = blockRangeStart(head.minTimeMs, rangeMs); fromMs <= maxTimeMs; fromMs += rangeMs) {
      const meta = await compactor.writeHeadBlock(path, fromMs, fromMs + rangeMs, { seriesIds: ids });
      if (meta === undefined) continue;
      await compactor.makeCurrent(meta);
      const span = { min_time: fromMs, max_time: maxTimeMs };
      logger.info('Stale series block created', { ulids: `[${meta.ulid}]`, ...span });
    }
    return head.evict({ ids, maxTimeMs }, (walRefs) => this.#log(walRefs));
  }

  /** A start has to know that what the log has of these series is in blocks. */
  #log(walRefs: readonly number[]): void {
    const { MIN_SAFE_INTEGER: minTimeMs, MAX_SAFE_INTEGER: maxTimeMs } = Number;
    const writer = new ByteWriter();
    encodeTombstones(
      writer,
      walRefs.map((ref) => ({ ref, minTimeMs, maxTimeMs })),
    );
    this.#options.wal.append([writer.view()]);
  }
}
