import { NO_ADDRESS, type SharedAddress, type SharedViews } from '@narthex/bytes';
import { type ControlBlock } from '../shared/control-block.js';
import { NAME, PAIR } from '../shared/layout.js';
import { visitLeaves } from '../shared/leaf-list.js';
import { nameText, pairValueText } from '../shared/shared-text.js';

const CACHE_SIZE = 1 << 14;

/**
 * The texts of names and pairs for one thread. A small cache saves decoding the values that occur again and again;
 * serial numbers tell when another pair has come to stand at an address.
 */
export class PairTexts {
  readonly #views: SharedViews;
  readonly #control: ControlBlock;
  readonly #addresses = new Uint32Array(CACHE_SIZE);
  readonly #serials = new Uint32Array(CACHE_SIZE);
  readonly #values = new Array<string>(CACHE_SIZE).fill('');
  /** Names are few and never go. */
  readonly #names = new Map<SharedAddress, string>();
  readonly #namesByText = new Map<string, SharedAddress>();

  constructor(views: SharedViews, control: ControlBlock) {
    this.#views = views;
    this.#control = control;
  }

  value(pair: SharedAddress): string {
    const serial = this.#views.words(pair)[this.#views.wordIndex(pair) + PAIR.serial]!;
    const slot = (pair ^ (pair >>> 14)) & (CACHE_SIZE - 1);
    if (this.#addresses[slot] === pair && this.#serials[slot] === serial) return this.#values[slot]!;
    const text = pairValueText(this.#views, pair);
    this.#addresses[slot] = pair;
    this.#serials[slot] = serial;
    this.#values[slot] = text;
    return text;
  }

  /** The block of the pair's name. */
  nameOf(pair: SharedAddress): SharedAddress {
    return this.#views.words(pair)[this.#views.wordIndex(pair) + PAIR.name]!;
  }

  name(name: SharedAddress): string {
    let text = this.#names.get(name);
    if (text === undefined) {
      text = nameText(this.#views, name);
      this.#names.set(name, text);
      this.#namesByText.set(text, name);
    }
    return text;
  }

  /** The block of a name, or 0 where no series ever had it. */
  findName(text: string): SharedAddress {
    const known = this.#namesByText.get(text);
    if (known !== undefined) return known;
    visitLeaves(this.#views, this.#control.names, (words, from, to) => {
      for (let i = from; i < to; i++) this.name(words[i]!);
    });
    return this.#namesByText.get(text) ?? NO_ADDRESS;
  }

  /** Calls `visit` with every name that some series has. */
  eachName(visit: (text: string) => void): void {
    visitLeaves(this.#views, this.#control.names, (words, from, to) => {
      for (let i = from; i < to; i++) {
        const name = words[i]!;
        if (this.#views.words(name)[this.#views.wordIndex(name) + NAME.valueCount]! > 0)
          visit(this.name(name));
      }
    });
  }

  /** Calls `visit` with the hash and the pair of every value of a name. */
  eachPair(name: SharedAddress, visit: (pair: SharedAddress, valueHash: number) => void): void {
    const first = Atomics.load(this.#views.words(name), this.#views.wordIndex(name) + NAME.values);
    visitLeaves(this.#views, first, (words, from, to) => {
      for (let i = from; i < to; i += 2) visit(words[i + 1]!, words[i]!);
    });
  }
}
