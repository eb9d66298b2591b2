import { compareText } from '@narthex/model';
import { type LabelIds, TextIds } from './text-ids.js';

/** A part's answer to a select. */
export interface JoinablePart {
  readonly length: number;
  /** The labels of all its series. */
  labelIds(texts: TextIds): LabelIds;
}

export interface JoinOptions {
  readonly sorted: boolean;
  /** At most so many series, 0 for all. */
  readonly limit: number;
  /** The samples of the first part come behind those of the others, but for a few. */
  readonly newestFirst: boolean;
}

/** A join as plain data. */
export interface JoinData {
  /** The first member of each series. */
  readonly first: Uint32Array;
  /** The member behind a member. */
  readonly next: Uint32Array;
  /** The part of each member, and where the part's members begin. */
  readonly partOf: Uint16Array;
  readonly starts: Uint32Array;
}

/** Which series of several parts are one and the same. The series of all parts, its members, are numbered through. */
export class SeriesJoin {
  readonly data: JoinData;
  readonly #first: Uint32Array;
  readonly #next: Uint32Array;
  readonly #partOf: Uint16Array;
  readonly #starts: Uint32Array;

  constructor(data: JoinData) {
    this.data = data;
    this.#first = data.first;
    this.#next = data.next;
    this.#partOf = data.partOf;
    this.#starts = data.starts;
  }

  static of(parts: readonly JoinablePart[], { sorted, limit }: JoinOptions): SeriesJoin {
    const texts = new TextIds();
    const members = new Members(parts.map((part) => part.labelIds(texts)));
    const { partOf, starts } = members;
    const next = new Uint32Array(members.count).fill(NONE);
    let first = chain(members, next);
    if (sorted) {
      members.rank(texts.texts());
      first = first.sort((a, b) => members.compare(a, b));
    }
    return new SeriesJoin({ first: limit > 0 ? first.subarray(0, limit) : first, next, partOf, starts });
  }

  get length(): number {
    return this.#first.length;
  }

  /** The first member of a series, in the order of the parts. */
  first(index: number): number {
    return this.#first[index]!;
  }

  /** The member behind a member; -1 behind the last. */
  next(member: number): number {
    const next = this.#next[member]!;
    return next === NONE ? -1 : next;
  }

  partOf(member: number): number {
    return this.#partOf[member]!;
  }

  /** A member's place in its part. */
  placeOf(member: number): number {
    return member - this.#starts[this.#partOf[member]!]!;
  }
}

const NONE = 0xffffffff;
/** The golden ratio, for hashes. */
const MULTIPLIER = 0x9e3779b1;

/** The labels of all members. */
class Members {
  readonly count: number;
  readonly partOf: Uint16Array;
  readonly starts: Uint32Array;
  readonly #parts: readonly LabelIds[];

  constructor(parts: readonly LabelIds[]) {
    this.#parts = parts;
    this.starts = new Uint32Array(parts.length + 1);
    parts.forEach(({ ends }, part) => (this.starts[part + 1] = this.starts[part]! + ends.length));
    this.count = this.starts[parts.length]!;
    this.partOf = new Uint16Array(this.count);
    parts.forEach((_, part) => this.partOf.fill(part, this.starts[part], this.starts[part + 1]));
  }

  hash(member: number): number {
    const { ends, ids } = this.#parts[this.partOf[member]!]!;
    const place = member - this.starts[this.partOf[member]!]!;
    let h = 0;
    for (let i = place === 0 ? 0 : ends[place - 1]!; i < ends[place]!; i++) {
      h = Math.imul(h ^ ids[i]!, MULTIPLIER);
      h ^= h >>> 15;
    }
    return h >>> 0;
  }

  /** By the numbers of the texts; these are ranks once {@link rank} was called. 0 for the same labels. */
  compare(a: number, b: number): number {
    const [partA, partB] = [this.partOf[a]!, this.partOf[b]!];
    const { ends: endsA, ids: idsA } = this.#parts[partA]!;
    const { ends: endsB, ids: idsB } = this.#parts[partB]!;
    const [placeA, placeB] = [a - this.starts[partA]!, b - this.starts[partB]!];
    const fromA = placeA === 0 ? 0 : endsA[placeA - 1]!;
    const fromB = placeB === 0 ? 0 : endsB[placeB - 1]!;
    const lengthA = endsA[placeA]! - fromA;
    const lengthB = endsB[placeB]! - fromB;
    const shorter = Math.min(lengthA, lengthB);
    for (let i = 0; i < shorter; i++) {
      const order = idsA[fromA + i]! - idsB[fromB + i]!;
      if (order !== 0) return order;
    }
    return lengthA - lengthB;
  }

  /** Puts the rank of each text in place of its id. */
  rank(texts: readonly string[]): void {
    const ranks = new Uint32Array(texts.length);
    Uint32Array.from(texts, (_, id) => id)
      .sort((a, b) => compareText(texts[a]!, texts[b]!))
      .forEach((id, rank) => (ranks[id] = rank));
    for (const { ids } of this.#parts) for (let i = 0; i < ids.length; i++) ids[i] = ranks[ids[i]!]!;
  }
}

/** Chains the members with the same labels by `next`; returns the first of each chain. */
function chain(members: Members, next: Uint32Array): Uint32Array {
  const { count } = members;
  const first = new Uint32Array(count);
  const last = new Uint32Array(count);
  let length = 0;
  // A hash table by open addressing, of places in `first`.
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * count)));
  const table = new Uint32Array(size).fill(NONE);
  for (let member = 0; member < count; member++) {
    let slot = members.hash(member) & (size - 1);
    while (table[slot] !== NONE && members.compare(first[table[slot]!]!, member) !== 0) {
      slot = (slot + 1) & (size - 1);
    }
    if (table[slot] === NONE) {
      table[slot] = length;
      first[length++] = member;
    } else {
      next[last[table[slot]!]!] = member;
    }
    last[table[slot]!] = member;
  }
  return first.slice(0, length);
}
