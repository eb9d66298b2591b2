import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, type Logger } from '@narthex/process';
import { PersistenceError } from '../errors.js';
import { type PushedFamily } from './family.js';
import { labelsWithEmpty } from './grouping-key.js';
import { type GroupStore, type MetricGroup } from './group-store.js';

const FORMAT = 'narthex-pushgateway-1';

interface StoredFamily extends Omit<PushedFamily, 'metrics' | 'help'> {
  readonly help: string | null;
  readonly metrics: readonly {
    readonly labels: readonly [string, string][];
    readonly value: PushedFamily['metrics'][number]['value'];
  }[];
}

interface StoredGroup {
  readonly key: readonly [string, string][];
  readonly pushedAtMs: number;
  readonly failedAtMs: number;
  readonly families: readonly (StoredFamily & { readonly timeMs: number })[];
}

/**
 * Reads the groups of an earlier run; a file that is not there means none.
 * @throws PersistenceError when the file cannot be understood, such as one of the original Pushgateway.
 */
export async function readGroups(file: string): Promise<readonly MetricGroup[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new PersistenceError(`open ${file}: ${String(cause)}`, { cause });
  }
  try {
    const stored = JSON.parse(text, reviveNumber) as { format: string; groups: readonly StoredGroup[] };
    if (stored.format !== FORMAT) throw new Error(`unknown format ${stored.format}`);
    return stored.groups.map(groupOf);
  } catch (cause) {
    throw new PersistenceError(`${file} is not a file of this program: ${String(cause)}`, { cause });
  }
}

/** Writes the groups beside the file, synced, and puts them in its place. */
export async function writeGroups(file: string, groups: readonly MetricGroup[]): Promise<void> {
  const beside = `${file}.in_progress`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(beside, 'w');
    try {
      await handle.writeFile(JSON.stringify({ format: FORMAT, groups: groups.map(storedOf) }, keepNumber));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (cause) {
    throw new PersistenceError(`writing ${file}: ${String(cause)}`, { cause });
  }
}

/** JSON has no NaN and no infinities. */
function keepNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function reviveNumber(_key: string, value: unknown): unknown {
  const isNumber = typeof value === 'object' && value !== null && 'number' in value;
  return isNumber ? Number((value as { number: string }).number) : value;
}

function storedOf(group: MetricGroup): StoredGroup {
  return {
    key: [...group.key],
    pushedAtMs: group.pushedAtMs,
    failedAtMs: group.failedAtMs,
    families: [...group.families.values()].map((family) => ({
      ...family,
      help: family.help ?? null,
      timeMs: group.familyTimesMs.get(family.name) ?? group.pushedAtMs,
      metrics: family.metrics.map(({ labels, value }) => ({ labels: [...labels], value })),
    })),
  };
}

function groupOf(stored: StoredGroup): MetricGroup {
  const families = stored.families.map(({ name, type, help, metrics }): PushedFamily => ({
    name,
    type,
    help: help ?? undefined,
    metrics: metrics.map(({ labels, value }) => ({ labels: labelsWithEmpty(new Map(labels)), value })),
  }));
  return {
    key: labelsWithEmpty(new Map(stored.key)),
    pushedAtMs: stored.pushedAtMs,
    failedAtMs: stored.failedAtMs,
    families: new Map(families.map((family) => [family.name, family])),
    familyTimesMs: new Map(stored.families.map(({ name, timeMs }) => [name, timeMs])),
  };
}

export interface PersisterOptions {
  readonly file: string;
  readonly intervalMs: number;
  readonly store: GroupStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Writes the groups at most once an interval, when they changed, and a last time at the end. */
export class Persister {
  readonly #options: PersisterOptions;
  #writtenRevision: number;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: PersisterOptions) {
    this.#options = options;
    this.#writtenRevision = options.store.revision;
  }

  /** To be called after a change. */
  changed(): void {
    if (this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.after(this.#options.intervalMs, () => {
      this.#cancel = undefined;
      this.#writing = this.#write();
    });
  }

  async close(): Promise<void> {
    this.#cancel?.();
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    const { file, store, logger } = this.#options;
    const { revision } = store;
    if (revision === this.#writtenRevision) return;
    try {
      await writeGroups(file, store.groups());
      this.#writtenRevision = revision;
    } catch (error) {
      // The groups are still in memory; the next change tries again.
      logger.error('error persisting metrics', { err: error as Error });
    }
  }
}
