import { NO_ADDRESS, isEarlier, type SharedViews } from '@narthex/bytes';
import { CHUNK_ENCODING, type SampleColumns, type SharedRoom } from '@narthex/storage';
import { type OooRange, OooViews } from '../ooo/ooo-views.js';
import { type ControlBlock } from '../shared/control-block.js';
import { ROW } from '../shared/layout.js';
import { type RowFinder } from '../shared/row-table.js';
import { type GivenHead } from './given-series.js';
import { type IdList } from './id-list.js';

/** Series copied at one look; a commit's window is about as long as it takes to copy a hundred. */
const BLOCK = 64;

/** Words copied from the front of a row: all that is published, and the value of the last sample. */
const COPIED = ROW.lastValue + 2;
/** Behind them: 1 when the last sample of the row is that of the view as well. */
const SHOWS_LAST = COPIED;

export interface CopyOptions {
  readonly views: SharedViews;
  readonly control: ControlBlock;
  readonly rows: RowFinder;
  readonly found: IdList;
  readonly commit: number;
  readonly strict: boolean;
  /** What of the out-of-order data is shown; undefined for nothing. */
  readonly ooo: OooRange | undefined;
}

/**
 * Copies of the published words of rows, as they stood at one commit. What they point to stays in place as long as
 * the reader's epoch is held.
 */
export class Descriptors {
  length = 0;
  readonly ids: Uint32Array;
  /** {@link COPIED} words a series, as in {@link ROW}; the count is that of the view. */
  readonly words: Uint32Array;
  /** What the series have out of order. */
  readonly ooo: OooViews;
  readonly #doubles: Float64Array;

  private constructor(
    capacity: number,
    ooo: OooViews,
    ids: Uint32Array = new Uint32Array(capacity),
    // An even stride keeps doubles aligned.
    words: Uint32Array = new Uint32Array(Descriptors.stride * capacity),
  ) {
    this.ooo = ooo;
    this.ids = ids;
    this.words = words;
    this.#doubles = new Float64Array(words.buffer, words.byteOffset, words.length >>> 1);
  }

  /** Those that another thread has copied. */
  static takeOver({
    length,
    ids,
    words,
    ooo,
  }: Pick<GivenHead, 'length' | 'ids' | 'words' | 'ooo'>): Descriptors {
    const taken = new Descriptors(length, OooViews.takeOver(ooo), ids, words);
    taken.length = length;
    return taken;
  }

  handOver(room: SharedRoom): Pick<GivenHead, 'length' | 'ids' | 'words' | 'ooo'> {
    const { length, ids, words, ooo } = this;
    return {
      length,
      ids: room.copy(ids.subarray(0, length)),
      words: room.copy(words.subarray(0, length * Descriptors.stride)),
      ooo: ooo.handOver(),
    };
  }

  static readonly stride: number = (SHOWS_LAST + 2) & ~1;

  /** The word of a series, one of {@link ROW}. */
  word(index: number, field: number): number {
    return this.words[index * Descriptors.stride + field]!;
  }

  double(index: number, field: number): number {
    return this.#doubles[(index * Descriptors.stride + field) >>> 1]!;
  }

  /** True when the open chunk of a series has samples of the view. */
  showsOpenChunk(index: number): boolean {
    const at = index * Descriptors.stride;
    return (
      this.words[at + ROW.open] !== NO_ADDRESS &&
      ((this.words[at + ROW.count]! - this.words[at + ROW.openFirst]!) | 0) > 0
    );
  }

  /**
   * Appends the last sample of a series if that is known without decoding: if it is a float, nothing of the series is
   * out of order or deleted, and the sample is between two times.
   */
  appendLast(index: number, startMs: number, endMs: number, into: SampleColumns): boolean {
    const at = index * Descriptors.stride;
    const { words } = this;
    if (words[at + SHOWS_LAST] === 0 || words[at + ROW.openEncoding] !== CHUNK_ENCODING.xor) return false;
    if (words[at + ROW.tombstones] !== NO_ADDRESS || this.ooo.has(index)) return false;
    if (!this.showsOpenChunk(index)) return false;
    const lastMs = this.double(index, ROW.lastTime);
    if (lastMs < startMs || lastMs > endMs) return false;
    into.pushBits(lastMs, words[at + ROW.lastValue + 1]!, words[at + ROW.lastValue]!);
    return true;
  }

  /**
   * The series that had samples at a commit, with what they had then. Undefined when more than one commit has passed
   * over a series since: what it had is then not known any more. Unless `strict`, such a series comes with what it
   * had a commit before its last.
   */
  static copy(options: CopyOptions): Descriptors | undefined {
    const { length } = options.found;
    const copied = new Descriptors(length, new OooViews(options.ooo, length));
    for (let from = 0; from < options.found.length; from += BLOCK) {
      const start = copied.length;
      const known = options.control.readStable(() => {
        copied.length = start;
        return copied.#addBlock(options, from);
      });
      if (!known) return undefined;
    }
    return copied;
  }

  #addBlock({ views, rows, found, commit, strict }: CopyOptions, from: number): boolean {
    const to = Math.min(from + BLOCK, found.length);
    for (let i = from; i < to; i++) if (!this.#add(views, rows, found.ids[i]!, commit, strict)) return false;
    return true;
  }

  /** False when the count as of the view is lost. */
  #add(views: SharedViews, rows: RowFinder, id: number, commit: number, strict: boolean): boolean {
    const row = rows.find(id);
    if (row === NO_ADDRESS) return true;
    const words = views.words(row);
    const at = views.wordIndex(row);
    let count = words[at + ROW.count]!;
    if (isEarlier(commit, words[at + ROW.commit]!)) {
      count = words[at + ROW.countBefore]!;
      if (strict && count !== 0 && isEarlier(commit, words[at + ROW.commitBefore]!)) return false;
    }
    if (words[at + ROW.labels] === NO_ADDRESS) return true;
    const ooo = words[at + ROW.ooo]!;
    if (ooo === NO_ADDRESS) this.ooo.clear(this.length);
    else if (!this.ooo.add(views, this.length, ooo, commit, strict)) return false;
    if (count === 0 && !this.ooo.has(this.length)) return true;
    const to = this.length * Descriptors.stride;
    // A loop: for a few words it is far cheaper than to make a view and copy that.
    for (let word = 0; word < COPIED; word++) this.words[to + word] = words[at + word]!;
    this.words[to + SHOWS_LAST] = count === words[at + ROW.count]! ? 1 : 0;
    this.words[to + ROW.count] = count;
    this.ids[this.length++] = id;
    return true;
  }

  /** The series at these places, in this order. */
  select(places: Uint32Array): Descriptors {
    const chosen = new Descriptors(places.length, this.ooo.select(places));
    chosen.length = places.length;
    places.forEach((place, index) => {
      chosen.ids[index] = this.ids[place]!;
      const from = place * Descriptors.stride;
      chosen.words.set(this.words.subarray(from, from + Descriptors.stride), index * Descriptors.stride);
    });
    return chosen;
  }
}
