import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corruption } from './corruption.js';
import { replaceFile } from './durable-files.js';
import { isUlid } from './ulid.js';

export const META_FILE = 'meta.json';
const META_VERSION = 1;
const ZERO_ULID = '0'.repeat(26);

/** What a block that out-of-order samples were compacted into carries in {@link BlockCompaction.hints}. */
export const OUT_OF_ORDER_HINT = 'from-out-of-order';
/** The same of stale series, as versions of Prometheus after 3.5 write it. */
export const STALE_SERIES_HINT = 'from-stale-series';

export interface BlockStats {
  readonly numSamples: number;
  readonly numFloatSamples: number;
  readonly numHistogramSamples: number;
  readonly numSeries: number;
  readonly numChunks: number;
  readonly numTombstones: number;
}

/** A block by name and time range, as it stood when another was made of it. */
export interface BlockParent {
  readonly ulid: string;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

export interface BlockCompaction {
  /** 1 for a block from the head, one more with each compaction. */
  readonly level: number;
  /** The level-1 blocks that this one is made of, ascending. */
  readonly sources: readonly string[];
  /** All of it was deleted: it goes with the next reload. */
  readonly deletable: boolean;
  /** The blocks it was directly made of. */
  readonly parents: readonly BlockParent[];
  /** A compaction of it failed; the planner leaves it out. */
  readonly failed: boolean;
  readonly hints: readonly string[];
}

/** Fields of someone else's, such as Thanos's `thanos`, which stay as they are. */
export type ForeignFields = Readonly<Record<string, unknown>>;

/** A block's `meta.json`, version 1. */
export interface BlockMeta {
  readonly ulid: string;
  readonly minTimeMs: number;
  /** The first time behind the block: its range is half open. */
  readonly maxTimeMs: number;
  readonly stats: BlockStats;
  readonly compaction: BlockCompaction;
  readonly foreign: {
    readonly meta: ForeignFields;
    readonly stats: ForeignFields;
    readonly compaction: ForeignFields;
  };
}

export const NO_STATS: BlockStats = {
  numSamples: 0,
  numFloatSamples: 0,
  numHistogramSamples: 0,
  numSeries: 0,
  numChunks: 0,
  numTombstones: 0,
};

const META_FIELDS = new Set(['ulid', 'minTime', 'maxTime', 'stats', 'compaction', 'version']);
const STATS_FIELDS = Object.keys(NO_STATS) as (keyof BlockStats)[];
const COMPACTION_FIELDS = new Set(['level', 'sources', 'deletable', 'parents', 'failed', 'hints']);

/** @throws StorageError CORRUPT when the file is not a block's meta; the error of the file system when it is not there */
export function readBlockMeta(folder: string): BlockMeta {
  const path = join(folder, META_FILE);
  return parseBlockMeta(readFileSync(path, 'utf8'), path);
}

/** Replaces a block's meta, durably. */
export function writeBlockMeta(folder: string, meta: BlockMeta): void {
  replaceFile(join(folder, META_FILE), Buffer.from(formatBlockMeta(meta)));
}

export function parseBlockMeta(text: string, path: string): BlockMeta {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw corruption(path, 'not JSON', cause);
  }
  const fields = new Fields(parsed, path, 'meta');
  const version = fields.count('version');
  if (version !== META_VERSION) throw corruption(path, `unexpected meta file version ${version}`);
  const stats = fields.fields('stats');
  const compaction = fields.fields('compaction');
  const counts = Object.fromEntries(STATS_FIELDS.map((name) => [name, stats.count(name)]));
  return {
    ulid: fields.ulid('ulid'),
    minTimeMs: fields.integer('minTime'),
    maxTimeMs: fields.integer('maxTime'),
    stats: { ...NO_STATS, ...counts },
    compaction: {
      level: compaction.count('level'),
      sources: compaction.list('sources').map((source) => readUlid(source, path)),
      deletable: compaction.flag('deletable'),
      parents: compaction.list('parents').map((parent) => {
        const of = new Fields(parent, path, 'parent');
        return { ulid: of.ulid('ulid'), minTimeMs: of.integer('minTime'), maxTimeMs: of.integer('maxTime') };
      }),
      failed: compaction.flag('failed'),
      hints: compaction.list('hints').map(String),
    },
    foreign: {
      meta: fields.others(META_FIELDS),
      stats: stats.others(new Set(STATS_FIELDS)),
      compaction: compaction.others(COMPACTION_FIELDS),
    },
  };
}

/** As upstream prints it: tabs, the same order, empty fields left out. */
export function formatBlockMeta(meta: BlockMeta): string {
  const { stats, compaction, foreign } = meta;
  const parents = compaction.parents.map(({ ulid, minTimeMs, maxTimeMs }) => ({
    ulid,
    minTime: minTimeMs,
    maxTime: maxTimeMs,
  }));
  const printed = {
    ulid: meta.ulid,
    minTime: meta.minTimeMs,
    maxTime: meta.maxTimeMs,
    stats: {
      ...Object.fromEntries(
        STATS_FIELDS.filter((name) => stats[name] > 0).map((name) => [name, stats[name]]),
      ),
      ...foreign.stats,
    },
    compaction: {
      level: compaction.level,
      ...(compaction.sources.length > 0 && { sources: compaction.sources }),
      ...(compaction.deletable && { deletable: true }),
      ...(parents.length > 0 && { parents }),
      ...(compaction.failed && { failed: true }),
      ...(compaction.hints.length > 0 && { hints: compaction.hints }),
      ...foreign.compaction,
    },
    version: META_VERSION,
    ...foreign.meta,
  };
  return JSON.stringify(printed, undefined, '\t').replace(/[<>&\u2028\u2029]/g, escaped);
}

/** Go's encoder writes these so that JSON can stand in HTML. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** As Go reads a ULID out of JSON: none is that of zeros, and characters that do not belong there are bits all set. */
function readUlid(value: unknown, path: string): string {
  if (value === undefined || value === null) return ZERO_ULID;
  if (typeof value !== 'string') throw corruption(path, 'a ULID is no text');
  const bytes = Buffer.from(value).toString('latin1');
  const text = bytes.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  if (text.length !== ZERO_ULID.length) throw corruption(path, 'ulid: bad data size when unmarshaling');
  if (text.charAt(0) > '7') throw corruption(path, 'ulid: overflow when unmarshaling');
  if (isUlid(text)) return text;
  return text.charAt(0).replace(/[^0-7]/, '7') + text.slice(1).replace(/[^0-9A-HJKMNP-TV-Z]/g, 'Z');
}

/** The fields of a JSON object; absent ones have Go's zero value. */
class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #what: string;

  constructor(value: unknown, path: string, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw corruption(path, `${what} is no object`);
    }
    this.#object = value as Record<string, unknown>;
    this.#path = path;
    this.#what = what;
  }

  integer(name: string): number {
    const value = this.#object[name] ?? 0;
    if (!Number.isSafeInteger(value)) throw this.#wrong(name, 'no whole number');
    return value as number;
  }

  count(name: string): number {
    const value = this.integer(name);
    if (value < 0) throw this.#wrong(name, 'negative');
    return value;
  }

  flag(name: string): boolean {
    const value = this.#object[name] ?? false;
    if (typeof value !== 'boolean') throw this.#wrong(name, 'neither true nor false');
    return value;
  }

  list(name: string): readonly unknown[] {
    const value = this.#object[name] ?? [];
    if (!Array.isArray(value)) throw this.#wrong(name, 'no list');
    return value;
  }

  ulid(name: string): string {
    return readUlid(this.#object[name], this.#path);
  }

  fields(name: string): Fields {
    return new Fields(this.#object[name] ?? {}, this.#path, name);
  }

  others(known: ReadonlySet<string>): ForeignFields {
    return Object.fromEntries(Object.entries(this.#object).filter(([name]) => !known.has(name)));
  }

  #wrong(name: string, why: string): Error {
    return corruption(this.#path, `${this.#what}: field ${name} is ${why}`);
  }
}
