import { isEarlier, NO_ADDRESS, type SharedAddress, type SharedViews } from '@narthex/bytes';
import { OOO } from '../shared/layout.js';

/** Which out-of-order data a view shows. */
export interface OooRange {
  /** Full chunks with lower numbers are in blocks already. */
  readonly floor: number;
  /** The first time that is read. In-order samples may be read from a later time on only. */
  readonly startMs: number;
  /** Only full chunks with numbers below this one, and nothing that came in order; undefined for everything. */
  readonly before?: number | undefined;
}

/** {@link OooViews} as plain data. */
export interface GivenOoo {
  readonly range: OooRange | undefined;
  readonly index: Uint32Array | undefined;
  readonly states: readonly number[];
}

const STATE_WORDS = 4;

/**
 * What the series of a select have out of order, as it stood at one commit. It takes next to nothing while none of
 * them has any.
 */
export class OooViews {
  /** Undefined where nothing out of order is shown. */
  readonly range: OooRange | undefined;
  readonly #capacity: number;
  /** By place of the series: where its state begins, plus one; 0 for none. */
  #index: Uint32Array | undefined;
  readonly #states: number[];

  constructor(range: OooRange | undefined, capacity: number, states: number[] = []) {
    this.range = range;
    this.#capacity = capacity;
    this.#states = states;
  }

  static takeOver({ range, index, states }: GivenOoo): OooViews {
    const views = new OooViews(range, index?.length ?? 0, [...states]);
    views.#index = index;
    return views;
  }

  handOver(): GivenOoo {
    return { range: this.range, index: this.#index, states: this.#states };
  }

  has(place: number): boolean {
    return this.#index !== undefined && this.#index[place] !== 0;
  }

  /** Says that a series has nothing out of order. */
  clear(place: number): void {
    if (this.#index !== undefined) this.#index[place] = 0;
  }

  /**
   * Copies what a series' block holds as of a commit. False when more than one commit has passed over the block since.
   * Unless `strict`, what it held a commit before its last is taken then.
   */
  add(views: SharedViews, place: number, block: SharedAddress, commit: number, strict: boolean): boolean {
    this.clear(place);
    if (this.range === undefined) return true;
    const words = views.words(block);
    const at = views.wordIndex(block);
    const before = isEarlier(commit, words[at + OOO.commit]!);
    const buffered = words[at + (before ? OOO.bufferedBefore : OOO.buffered)]!;
    const entryCount = words[at + (before ? OOO.entryCountBefore : OOO.entryCount)]!;
    if (buffered === 0 && entryCount === 0) return true;
    if (before && strict && isEarlier(commit, words[at + OOO.commitBefore]!)) return false;
    this.#index ??= new Uint32Array(this.#capacity);
    const buffer = words[at + (before ? OOO.bufferBefore : OOO.buffer)]!;
    this.#index[place] =
      this.#states.push(buffer, buffered, words[at + OOO.firstEntry]!, entryCount) - STATE_WORDS + 1;
    return true;
  }

  /** The samples that are being collected: the first {@link buffered} there. */
  buffer(place: number): SharedAddress {
    return this.#state(place, 0);
  }

  buffered(place: number): number {
    return this.#state(place, 1);
  }

  /** The first of the full chunks' entries. */
  firstEntry(place: number): SharedAddress {
    return this.#state(place, 2);
  }

  entryCount(place: number): number {
    return this.#state(place, 3);
  }

  /** The series at these places, in this order. */
  select(places: Uint32Array): OooViews {
    const chosen = new OooViews(this.range, places.length, this.#states);
    const index = this.#index;
    if (index !== undefined) chosen.#index = Uint32Array.from(places, (place) => index[place]!);
    return chosen;
  }

  #state(place: number, word: number): number {
    const from = this.#index === undefined ? 0 : this.#index[place]!;
    return from === 0 ? NO_ADDRESS : this.#states[from - 1 + word]!;
  }
}
