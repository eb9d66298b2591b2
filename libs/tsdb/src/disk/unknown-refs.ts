import { Counter, type Registry } from '@narthex/client';

/** What a record may be about whose series nobody knows. */
export type UnknownKind = 'samples' | 'histograms' | 'exemplars' | 'metadata' | 'tombstones' | 'mmap_markers';

/** What the line about a log in the server's own log counts, as upstream's. */
export const WAL_KINDS = ['samples', 'exemplars', 'histograms', 'metadata', 'tombstones'] as const;
/** The same of the log of out-of-order samples. */
export const WBL_KINDS = ['samples', 'histograms', 'mmap_markers'] as const;

/** What a replay met of series that it does not know, by kind. */
export class UnknownRefs {
  readonly #refs = new Set<number>();
  readonly #counts = new Map<UnknownKind, number>();

  note(kind: UnknownKind, ref: number): void {
    this.#refs.add(ref);
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  /** How many of each kind, and how many series; empty where there were none. */
  get counts(): Readonly<Record<string, number>> {
    if (this.#refs.size === 0) return {};
    return { series: this.#refs.size, ...Object.fromEntries(this.#counts) };
  }

  /** Fields of a line in the server's log: how many series, and how many of each kind, none included. */
  fields(kinds: readonly UnknownKind[]): Readonly<Record<string, number>> {
    const counts = kinds.map((kind) => [kind, this.#counts.get(kind) ?? 0] as const);
    return { series: this.#refs.size, ...Object.fromEntries(counts) };
  }
}

/** Registers upstream's counters of what replays did not know, where there is anything to count. */
export function registerUnknownRefs(
  registry: Registry,
  { wal, wbl }: { readonly wal: UnknownRefs; readonly wbl: UnknownRefs },
): void {
  for (const [log, { counts }] of [['WAL', wal] as const, ['WBL', wbl] as const]) {
    const found = Object.entries(counts);
    if (found.length === 0) continue;
    const counter = new Counter({
      name: `prometheus_tsdb_${log.toLowerCase()}_replay_unknown_refs_total`,
      help: `Total number of unknown series references encountered during ${log} replay.`,
      labelNames: ['type'],
      registers: [registry],
    });
    for (const [type, count] of found) counter.inc({ type }, count);
  }
}
