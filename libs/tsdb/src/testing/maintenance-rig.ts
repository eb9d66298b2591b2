import { Labels, Matcher } from '@narthex/model';
import { type Queryable, SampleColumns, type SelectHints } from '@narthex/storage';
import { ManualClock, RecordingLogger } from '@narthex/testkit';
import { listBlockFolders } from '../block/block-folders.js';
import { type BlockMeta, readBlockMeta } from '../block/block-meta.js';
import { TsdbDatabase, type TsdbOptions } from '../database.js';

/** Blocks are of ten minutes. */
export const BLOCK_MS = 600_000;
const EVEN_MS = 27 * BLOCK_MS;
/** A time at which ranges of all lengths begin. */
export const START_MS: number = Math.ceil(1_700_000_000_000 / EVEN_MS) * EVEN_MS;
const MINUTE_MS = 60_000;

const HINTS: SelectHints = {
  startMs: 0,
  endMs: 0,
  stepMs: 0,
  rangeMs: 0,
  func: '',
  grouping: [],
  by: false,
  limit: 0,
};

/** A data directory whose time the test moves. Times are minutes after the start, block ranges blocks' lengths. */
export class MaintenanceRig {
  readonly clock = new ManualClock(START_MS);
  readonly logger = new RecordingLogger();
  readonly path: string;
  readonly #opened: TsdbDatabase[] = [];

  constructor(path: string) {
    this.path = path;
  }

  async open(options: Partial<TsdbOptions> = {}): Promise<TsdbDatabase> {
    const db = await TsdbDatabase.open({
      path: this.path,
      clock: this.clock,
      logger: this.logger,
      minBlockDurationMs: BLOCK_MS,
      maxBlockDurationMs: 9 * BLOCK_MS,
      ...options,
    });
    this.#opened.push(db);
    return db;
  }

  async close(): Promise<void> {
    for (const db of this.#opened.splice(0)) await db.close();
  }

  /** The blocks there are, by their first time. */
  metas(path = this.path): BlockMeta[] {
    return listBlockFolders(path)
      .map(readBlockMeta)
      .sort((a, b) => a.minTimeMs - b.minTimeMs);
  }

  ranges(path = this.path): string[] {
    return this.metas(path).map(
      ({ minTimeMs, maxTimeMs }) =>
        `${(minTimeMs - START_MS) / BLOCK_MS}-${(maxTimeMs - START_MS) / BLOCK_MS}`,
    );
  }

  /** The messages of the log, from a level on. */
  logged(level: 'info' | 'warn' | 'error'): string[] {
    return this.logger.lines.filter((line) => line.level === level).map(({ message }) => message);
  }
}

export function minuteMs(minute: number): number {
  return START_MS + MINUTE_MS * minute;
}

/** A sample a minute of each series, `[from, to)`; its value is the minute. */
export async function fill(
  db: TsdbDatabase,
  from: number,
  to: number,
  names: readonly string[] = ['a', 'b'],
): Promise<void> {
  for (let minute = from; minute < to; minute++) {
    const appender = db.appender();
    for (const name of names)
      appender.float(appender.series(Labels.of({ __name__: name })), minuteMs(minute), minute);
    await appender.commit();
  }
}

/** Name, first and last value, and number of samples of every series. */
export async function show(db: Queryable): Promise<string[]> {
  const querier = db.querier(-Infinity, Infinity);
  try {
    const set = await querier.select(true, HINTS, [new Matcher('!=', '__name__', '')]);
    return Array.from({ length: set.length }, (_, index) => {
      const columns = new SampleColumns();
      set.read(index, columns);
      const { values, length } = columns;
      return `${set.labels(index).get('__name__')} ${values[0]}..${values[length - 1]} (${length})`;
    });
  } finally {
    querier.close();
  }
}
