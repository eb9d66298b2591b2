import { type MetricMetadata, type MetricType } from '@narthex/model';

/** What a target says about one of its metrics. */
export interface NamedMetadata extends MetricMetadata {
  readonly metricFamily: string;
}

interface Entry {
  readonly metricFamily: string;
  type: MetricType;
  unit: string;
  help: string;
  lastSeen: number;
  lastChange: number;
}

/** Metadata stays this many scrapes after the target has stopped to tell it. */
const KEPT_SCRAPES = 10;

/** What one target says about its metrics. Entries have numbers, which stay while they do. */
export class MetadataCache {
  readonly #numbers = new Map<string, number>();
  readonly #entries: (Entry | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#numbers.size;
  }

  /** Characters of all help texts, units and types. */
  get sizeBytes(): number {
    let total = 0;
    for (const entry of this.#entries) {
      if (entry !== undefined) total += entry.help.length + entry.unit.length + entry.type.length;
    }
    return total;
  }

  list(): readonly NamedMetadata[] {
    return [...this.#numbers.values()].map((number) => withoutBookkeeping(this.#entries[number]!));
  }

  get(metricFamily: string): NamedMetadata | undefined {
    const number = this.#numbers.get(metricFamily);
    return number === undefined ? undefined : withoutBookkeeping(this.#entries[number]!);
  }

  /** Takes one piece of metadata; returns the number of its entry. */
  set<K extends 'type' | 'unit' | 'help'>(
    metricFamily: string,
    kind: K,
    value: Entry[K],
    iteration: number,
  ): number {
    let number = this.#numbers.get(metricFamily);
    if (number === undefined) {
      number = this.#free.pop() ?? this.#entries.length;
      this.#entries[number] = {
        metricFamily,
        type: 'unknown',
        unit: '',
        help: '',
        lastSeen: iteration,
        lastChange: iteration,
      };
      this.#numbers.set(metricFamily, number);
    }
    const entry = this.#entries[number]!;
    if (entry[kind] !== value) entry.lastChange = iteration;
    entry[kind] = value;
    entry.lastSeen = iteration;
    return number;
  }

  /** Notes that the entry was told again, unchanged. */
  touch(number: number, iteration: number): void {
    const entry = this.#entries[number];
    if (entry !== undefined) entry.lastSeen = iteration;
  }

  /** The type that the entry tells. */
  typeOf(number: number): MetricType {
    return this.#entries[number]?.type ?? 'unknown';
  }

  /** What the entry tells, and whether that is new in this scrape. */
  entry(
    number: number,
    iteration: number,
  ): { readonly metadata: NamedMetadata; readonly isNew: boolean } | undefined {
    const entry = this.#entries[number];
    return entry && { metadata: withoutBookkeeping(entry), isNew: entry.lastChange === iteration };
  }

  /** Forgets what has not been told for a while. */
  expire(iteration: number): void {
    for (const [metricFamily, number] of this.#numbers) {
      if (iteration - this.#entries[number]!.lastSeen <= KEPT_SCRAPES) continue;
      this.#numbers.delete(metricFamily);
      this.#entries[number] = undefined;
      this.#free.push(number);
    }
  }
}

function withoutBookkeeping({ metricFamily, type, unit, help }: Entry): NamedMetadata {
  return { metricFamily, type, unit, help };
}
