import { NO_ADDRESS, type SharedAddress, type SharedAllocator, type SharedViews } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { type ControlBlock } from '../shared/control-block.js';
import { LABELS, NAME, PAIR, ROW, WORD_BYTES } from '../shared/layout.js';
import { LeafLists, type ListOwner, SharedListOwner } from '../shared/leaf-list.js';
import { type RowFinder } from '../shared/row-table.js';
import { pairHasValue } from '../shared/shared-text.js';
import { hashText, mix } from '../shared/text-hash.js';
import { AddressSet } from './address-set.js';
import { HashShards } from './hash-shards.js';

const utf8 = new TextEncoder();

export interface LabelIndexOptions {
  readonly allocator: SharedAllocator;
  readonly control: ControlBlock;
  readonly rows: RowFinder;
}

/**
 * The inverted index, written by main: names, their values (pairs), and for each pair the ids of its series. Readers
 * walk the shared lists; the hash tables by which main finds pairs and series are its own.
 */
export class LabelIndex {
  readonly #allocator: SharedAllocator;
  readonly #views: SharedViews;
  readonly #control: ControlBlock;
  readonly #rows: RowFinder;
  readonly #lists: LeafLists;
  readonly #names = new Map<string, SharedAddress>();
  readonly #pairs = new HashShards();
  readonly #series = new HashShards();
  readonly #listOwner: SharedListOwner;
  readonly #nameList: ListOwner = { first: NO_ADDRESS, last: NO_ADDRESS };
  readonly #allSeries: ListOwner = { first: NO_ADDRESS, last: NO_ADDRESS };
  readonly #dirtyPairs = new AddressSet();
  /** The pairs of the labels last looked at, 0 for each that is not there, and the hashes of their values. */
  #found = new Uint32Array(32);
  #valueHashes = new Uint32Array(32);
  #foundHash = 0;
  /** The labels that {@link find} looked at, as long as what it found is true. */
  #sought: Labels | undefined;
  #nextSerial = 1;

  constructor({ allocator, control, rows }: LabelIndexOptions) {
    this.#allocator = allocator;
    this.#views = allocator.views;
    this.#control = control;
    this.#rows = rows;
    this.#lists = new LeafLists(allocator);
    this.#listOwner = new SharedListOwner(allocator.views);
  }

  /** How many pairs of name and value are in use. */
  get pairCount(): number {
    return this.#pairs.size;
  }

  get nameCount(): number {
    return this.#names.size;
  }

  /** What the private tables take. */
  get privateBytes(): number {
    return this.#pairs.sizeBytes + this.#series.sizeBytes;
  }

  /** The pair of a name and a value; 0 where no series has it. */
  pairOf(name: string, value: string): SharedAddress {
    const known = this.#names.get(name);
    return known === undefined
      ? NO_ADDRESS
      : this.#findPair(known, value, hashText(value, this.#control.hashSeed));
  }

  /** How many values a name has. */
  valueCount(name: string): number {
    const known = this.#names.get(name);
    return known === undefined
      ? 0
      : this.#views.words(known)[this.#views.wordIndex(known) + NAME.valueCount]!;
  }

  /** The id of the series with exactly these labels, or 0. */
  find(labels: Labels): number {
    this.#sought = labels;
    if (!this.#findPairs(labels)) return 0;
    const length = labels.size;
    for (let id = this.#series.first(this.#foundHash); id !== 0; id = this.#series.next()) {
      if (this.#hasFoundPairs(id, length)) return id;
    }
    return 0;
  }

  /**
   * Enters a new series under its id and returns the block of its labels for the row.
   * @throws RangeError for a label value that is longer than a shared segment
   */
  add(id: number, labels: Labels): SharedAddress {
    if (this.#sought !== labels) this.#findPairs(labels);
    this.#sought = undefined;
    this.#makePairs(labels);
    const length = labels.size;
    const block = this.#allocator.allocate(labelsBytes(length));
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    words[at + LABELS.length] = length;
    words[at + LABELS.hash] = this.#foundHash;
    for (let i = 0; i < length; i++) {
      const pair = this.#found[i]!;
      words[at + LABELS.pairs + i] = pair;
      this.#lists.append(this.#listOwner.at(pair, PAIR.postings), id);
      this.#views.words(pair)[this.#views.wordIndex(pair) + PAIR.seriesCount]!++;
    }
    this.#lists.append(this.#allSeries, id);
    this.#control.allSeries = this.#allSeries.first;
    this.#series.add(this.#foundHash, id);
    return block;
  }

  /** Takes out a series. Its row must be marked as gone already; {@link sweep} then tidies the lists. */
  remove(id: number, block: SharedAddress): void {
    this.#sought = undefined;
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    const length = words[at + LABELS.length]!;
    this.#series.remove(words[at + LABELS.hash]!, id);
    for (let i = 0; i < length; i++) {
      const pair = words[at + LABELS.pairs + i]!;
      this.#views.words(pair)[this.#views.wordIndex(pair) + PAIR.seriesCount]!--;
      this.#dirtyPairs.add(pair);
    }
    this.#allocator.retire(block, labelsBytes(length));
  }

  /** Takes gone series out of the lists, and with them the pairs that no series has any more. In small steps. */
  *sweep(): Generator<void> {
    if (this.#dirtyPairs.size === 0) return;
    const emptyNames = new Set<SharedAddress>();
    const alive = (words: Uint32Array, index: number): boolean => this.#isAlive(words[index]!);
    for (const pair of this.#dirtyPairs.drain()) {
      this.#sought = undefined;
      const words = this.#views.words(pair);
      const at = this.#views.wordIndex(pair);
      if (words[at + PAIR.seriesCount] === 0) {
        emptyNames.add(words[at + PAIR.name]!);
        this.#pairs.remove(pairHash(words[at + PAIR.valueHash]!, words[at + PAIR.name]!), pair);
      } else {
        yield* this.#lists.filter(new SharedListOwner(this.#views).at(pair, PAIR.postings), 1, alive);
      }
      yield;
    }
    for (const name of emptyNames) yield* this.#sweepValues(name);
    yield* this.#sweepAllSeries(alive);
  }

  *#sweepAllSeries(alive: (words: Uint32Array, index: number) => boolean): Generator<void> {
    for (const _step of this.#lists.filter(this.#allSeries, 1, alive)) {
      this.#control.allSeries = this.#allSeries.first;
      yield;
    }
    this.#control.allSeries = this.#allSeries.first;
  }

  /** Takes the pairs that are in the private table no longer out of a name's list, then gives their memory back. */
  *#sweepValues(name: SharedAddress): Generator<void> {
    // The filter asks twice about a leaf that loses items.
    const gone = new AddressSet();
    const owner = new SharedListOwner(this.#views).at(name, NAME.values);
    yield* this.#lists.filter(owner, 2, (words, index) =>
      this.#isListed(name, words[index]!, words[index + 1]!, gone),
    );
    const nameWords = this.#views.words(name);
    const nameAt = this.#views.wordIndex(name);
    for (const pair of gone.drain()) {
      const words = this.#views.words(pair);
      const at = this.#views.wordIndex(pair);
      this.#lists.retireAll(words[at + PAIR.postings]!);
      this.#allocator.retire(pair, WORD_BYTES * PAIR.value + words[at + PAIR.valueBytes]!);
      nameWords[nameAt + NAME.valueCount]!--;
      yield;
    }
  }

  #isListed(name: SharedAddress, valueHash: number, pair: SharedAddress, gone: AddressSet): boolean {
    for (let known = this.#pairs.first(pairHash(valueHash, name)); known !== 0; known = this.#pairs.next()) {
      if (known === pair) return true;
    }
    gone.add(pair);
    return false;
  }

  #isAlive(id: number): boolean {
    const row = this.#rows.find(id);
    return (
      row !== NO_ADDRESS && this.#views.words(row)[this.#views.wordIndex(row) + ROW.labels] !== NO_ADDRESS
    );
  }

  /** Looks up every pair; false when one is not there, for then no series has these labels. */
  #findPairs(labels: Labels): boolean {
    const length = labels.size;
    if (length > this.#found.length) {
      this.#found = new Uint32Array(2 * length);
      this.#valueHashes = new Uint32Array(2 * length);
    }
    let hash = length;
    let complete = true;
    for (let i = 0; i < length; i++) {
      const value = labels.valueAt(i);
      const valueHash = hashText(value, this.#control.hashSeed);
      const name = this.#names.get(labels.nameAt(i));
      const pair = name === undefined ? NO_ADDRESS : this.#findPair(name, value, valueHash);
      this.#valueHashes[i] = valueHash;
      this.#found[i] = pair;
      if (pair === NO_ADDRESS) complete = false;
      hash = withPair(hash, pair);
    }
    this.#foundHash = mix(hash);
    return complete;
  }

  /** Makes the pairs that were not found. */
  #makePairs(labels: Labels): void {
    const length = labels.size;
    let hash = length;
    for (let i = 0; i < length; i++) {
      if (this.#found[i] === NO_ADDRESS) {
        const name = this.#names.get(labels.nameAt(i)) ?? this.#addName(labels.nameAt(i));
        this.#found[i] = this.#addPair(name, labels.valueAt(i), this.#valueHashes[i]!);
      }
      hash = withPair(hash, this.#found[i]!);
    }
    this.#foundHash = mix(hash);
  }

  #hasFoundPairs(id: number, length: number): boolean {
    const row = this.#rows.find(id);
    const block = this.#views.words(row)[this.#views.wordIndex(row) + ROW.labels]!;
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    if (words[at + LABELS.length] !== length) return false;
    for (let i = 0; i < length; i++) if (words[at + LABELS.pairs + i] !== this.#found[i]) return false;
    return true;
  }

  #findPair(name: SharedAddress, value: string, valueHash: number): SharedAddress {
    const pairs = this.#pairs;
    for (let pair = pairs.first(pairHash(valueHash, name)); pair !== NO_ADDRESS; pair = pairs.next()) {
      const hasName = this.#views.words(pair)[this.#views.wordIndex(pair) + PAIR.name] === name;
      if (hasName && pairHasValue(this.#views, pair, value)) return pair;
    }
    return NO_ADDRESS;
  }

  #addPair(name: SharedAddress, value: string, valueHash: number): SharedAddress {
    const text = isAscii(value) ? undefined : utf8.encode(value);
    const valueBytes = text?.length ?? value.length;
    const pair = this.#allocator.allocate(WORD_BYTES * PAIR.value + valueBytes);
    const words = this.#views.words(pair);
    const at = this.#views.wordIndex(pair);
    words[at + PAIR.serial] = this.#nextSerial++;
    words[at + PAIR.valueHash] = valueHash;
    words[at + PAIR.name] = name;
    words[at + PAIR.postings] = NO_ADDRESS;
    words[at + PAIR.postingsTail] = NO_ADDRESS;
    words[at + PAIR.seriesCount] = 0;
    words[at + PAIR.valueBytes] = valueBytes;
    const bytes = this.#views.bytes(pair);
    const to = this.#views.byteIndex(pair) + WORD_BYTES * PAIR.value;
    if (text !== undefined) bytes.set(text, to);
    else for (let i = 0; i < valueBytes; i++) bytes[to + i] = value.charCodeAt(i);
    this.#pairs.add(pairHash(valueHash, name), pair);
    this.#lists.appendPair(this.#listOwner.at(name, NAME.values), valueHash, pair);
    this.#views.words(name)[this.#views.wordIndex(name) + NAME.valueCount]!++;
    return pair;
  }

  #addName(text: string): SharedAddress {
    const encoded = utf8.encode(text);
    const name = this.#allocator.allocate(WORD_BYTES * NAME.name + encoded.length);
    const words = this.#views.words(name);
    const at = this.#views.wordIndex(name);
    words[at + NAME.nameBytes] = encoded.length;
    words[at + NAME.values] = NO_ADDRESS;
    words[at + NAME.valuesTail] = NO_ADDRESS;
    words[at + NAME.valueCount] = 0;
    this.#views.bytes(name).set(encoded, this.#views.byteIndex(name) + WORD_BYTES * NAME.name);
    this.#names.set(text, name);
    this.#lists.append(this.#nameList, name);
    this.#control.names = this.#nameList.first;
    return name;
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function pairHash(valueHash: number, name: SharedAddress): number {
  return mix(valueHash ^ Math.imul(name, 0x9e3779b1));
}

/** The hash of a series' pairs with one more of them, before it is mixed. */
function withPair(hash: number, pair: SharedAddress): number {
  return Math.imul(hash ^ pair, 0x9e3779b1) ^ (hash >>> 15);
}

function labelsBytes(length: number): number {
  return WORD_BYTES * (LABELS.pairs + length);
}
