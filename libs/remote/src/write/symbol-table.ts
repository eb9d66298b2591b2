import { type Buffer } from 'node:buffer';
import { type WireReader } from '@narthex/bytes';
import { textOf } from './label-section.js';
import { type LabelHash } from './label-hash.js';

const START_CAPACITY = 256;

/** The texts of a request of remote write 2.0: where they are and their hashes. Read when they are asked for. */
export class SymbolTable {
  size = 0;
  #starts = new Uint32Array(START_CAPACITY);
  #ends = new Uint32Array(START_CAPACITY);
  #lows = new Int32Array(START_CAPACITY);
  #highs = new Int32Array(START_CAPACITY);
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #hash: LabelHash;
  #texts: (string | undefined)[] = [];

  constructor({ bytes, view }: WireReader, hash: LabelHash) {
    this.#bytes = bytes;
    this.#view = view;
    this.#hash = hash;
  }

  add(start: number, end: number): void {
    const i = this.size++;
    if (i === this.#starts.length) this.#grow();
    this.#starts[i] = start;
    this.#ends[i] = end;
    this.#hash.ofBytes(this.#bytes, this.#view, start, end);
    this.#lows[i] = this.#hash.low;
    this.#highs[i] = this.#hash.high;
  }

  /** Hashes the texts of a list of references. */
  hash(refs: readonly number[]): void {
    const hash = this.#hash;
    hash.begin(refs.length);
    for (let i = 0; i < refs.length; i++) hash.add(this.#lows[refs[i]!]!, this.#highs[refs[i]!]!);
    hash.end();
  }

  /** The text; undefined when it is no UTF-8. */
  text(ref: number): string | undefined {
    return (this.#texts[ref] ??= textOf(this.#bytes, this.#starts[ref]!, this.#ends[ref]!));
  }

  /** The text; what is no UTF-8 in it is replaced. */
  shown(ref: number): string {
    return this.text(ref) ?? this.#bytes.toString('utf8', this.#starts[ref], this.#ends[ref]);
  }

  #grow(): void {
    const capacity = 4 * this.#starts.length;
    this.#starts = grown(this.#starts, new Uint32Array(capacity));
    this.#ends = grown(this.#ends, new Uint32Array(capacity));
    this.#lows = grown(this.#lows, new Int32Array(capacity));
    this.#highs = grown(this.#highs, new Int32Array(capacity));
  }
}

function grown<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
