import { Counter, Gauge, type Registry } from '@narthex/client';
import { type Clock, type Logger } from '@narthex/process';
import { type Administration } from '@narthex/storage';
import { schedule, validateDetailed } from 'node-cron';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { snapshotName } from './snapshot-name.js';

/** What the names of scheduled snapshots begin with, so that those of other makers are left alone. */
const PREFIX = 'scheduled-';
const UNFINISHED = '.tmp';

/** Calls `run` at the times of a cron expression, until the returned function is called. */
export type CronSchedule = (expression: string, run: () => void) => () => void;

export interface ScheduledSnapshotsOptions {
  /** Five fields, or six with seconds before them; times are local ones. */
  readonly expression: string;
  /** How many to keep; 0 for all. */
  readonly keep: number;
  /** Where they go: `snapshots` of the data directory, as upstream's. */
  readonly folder: string;
  readonly storage: Pick<Administration, 'snapshot'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Default: node-cron. */
  readonly schedule?: CronSchedule;
}

/** @throws Error when it is no cron expression */
export function checkCronExpression(expression: string): void {
  const { valid, errors } = validateDetailed(expression);
  if (valid) return;
  const reasons = errors.map(({ field, message }) => `${field}: ${message}`);
  throw new Error(
    [
      `flag 'storage.tsdb.snapshot-schedule': no cron expression: ${JSON.stringify(expression)}`,
      ...reasons,
    ].join('; '),
  );
}

/** What the library says of itself goes to the log. */
function nodeCron(logger: Logger): CronSchedule {
  const told = (message: string | Error): string => (message instanceof Error ? message.message : message);
  return (expression, run) => {
    const task = schedule(expression, run, {
      logger: {
        info: (message) => logger.info(message),
        warn: (message) => logger.warn(message),
        error: (message) => logger.error(told(message)),
        debug: (message) => logger.debug(told(message)),
      },
    });
    return () => void task.destroy();
  };
}

/** Takes snapshots of the database, newest samples included, at set times, and removes the oldest of its own. */
export class ScheduledSnapshots {
  readonly #options: ScheduledSnapshotsOptions;
  readonly #failed: Counter;
  readonly #taken: Counter;
  #lastSuccessMs = 0;
  #cancel: () => void = () => undefined;
  #running: Promise<void> | undefined;

  constructor(options: ScheduledSnapshotsOptions) {
    this.#options = options;
    const { registry } = options;
    const registers = [registry];
    this.#taken = new Counter({
      name: 'narthex_tsdb_scheduled_snapshots_total',
      help: 'Scheduled snapshots begun.',
      registers,
    });
    this.#failed = new Counter({
      name: 'narthex_tsdb_scheduled_snapshots_failed_total',
      help: 'Scheduled snapshots that failed.',
      registers,
    });
    const lastSuccess = (): number => this.#lastSuccessMs / 1000;
    new Gauge({
      name: 'narthex_tsdb_scheduled_snapshot_last_success_timestamp_seconds',
      help: 'When the last scheduled snapshot was finished; 0 while there is none.',
      registers,
      collect() {
        this.set(lastSuccess());
      },
    });
  }

  start(): void {
    const { folder, expression, logger, schedule: at = nodeCron(logger) } = this.#options;
    mkdirSync(folder, { recursive: true });
    const newest = this.#mine().at(-1);
    if (newest !== undefined) this.#lastSuccessMs = statSync(join(folder, newest)).mtimeMs;
    this.#cancel = at(expression, () => void this.run());
  }

  /** Takes one now. While one is under way, that one counts. Failures are logged and counted. */
  run(): Promise<void> {
    this.#running ??= this.#take().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** No more are begun; resolves when the one under way is done. */
  async stop(): Promise<void> {
    this.#cancel();
    await this.#running;
  }

  async #take(): Promise<void> {
    const { folder, storage, clock, logger } = this.#options;
    const name = PREFIX + snapshotName(clock.nowMs());
    const unfinished = join(folder, name + UNFINISHED);
    const startMs = clock.monotonicMs();
    this.#taken.inc();
    try {
      await this.#removeUnfinished();
      await storage.snapshot(unfinished, true);
      await rename(unfinished, join(folder, name));
      this.#lastSuccessMs = clock.nowMs();
      const duration = `${(clock.monotonicMs() - startMs).toFixed(3)}ms`;
      logger.info('Scheduled snapshot taken', { name, duration });
      await this.#removeOldest();
    } catch (error) {
      this.#failed.inc();
      const err = error instanceof Error ? error : String(error);
      logger.error('Scheduled snapshot failed', { name, err });
      await rm(unfinished, { recursive: true, force: true });
    }
  }

  async #removeOldest(): Promise<void> {
    const { folder, keep, logger } = this.#options;
    if (keep === 0) return;
    for (const name of this.#mine().slice(0, -keep)) {
      await rm(join(folder, name), { recursive: true, force: true });
      logger.info('Removed old scheduled snapshot', { name });
    }
  }

  async #removeUnfinished(): Promise<void> {
    const { folder } = this.#options;
    const left = readdirSync(folder).filter((name) => name.startsWith(PREFIX) && name.endsWith(UNFINISHED));
    for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
  }

  /** The finished ones, oldest first. */
  #mine(): string[] {
    return readdirSync(this.#options.folder)
      .filter((name) => name.startsWith(PREFIX) && !name.endsWith(UNFINISHED))
      .sort();
  }
}
