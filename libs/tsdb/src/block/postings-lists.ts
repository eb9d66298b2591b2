/*
 * Sets of series, as ascending series refs without repetitions.
 */

export const NO_POSTINGS = new Uint32Array(0);

/** Where one list is so much longer than another, its members are looked up instead of passed one by one. */
const GALLOP_RATIO = 16;

/** What is in every one of the lists. At least one list. */
export function intersection(lists: readonly Uint32Array[]): Uint32Array {
  const [shortest, ...others] = [...lists].sort((a, b) => a.length - b.length);
  let common = shortest ?? NO_POSTINGS;
  for (const other of others) {
    if (common.length === 0) break;
    common = intersect(common, other);
  }
  return common;
}

/** True when two lists have a member in common. */
export function overlap(a: Uint32Array, b: Uint32Array): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  for (const ref of short) {
    at = seek(long, ref, at);
    if (at === long.length) return false;
    if (long[at] === ref) return true;
  }
  return false;
}

/** Puts lists together that are read one after the other, without an object for each. */
export class PostingsUnion {
  #refs = new Uint32Array(64);
  #length = 0;
  #ascending = true;

  /** Adds `count` refs that stand in a file: big-endian, from `at` on. */
  addBigEndian(view: DataView, at: number, count: number): void {
    const needed = this.#length + count;
    if (needed > this.#refs.length) {
      const grown = new Uint32Array(this.#length === 0 ? count : Math.max(needed, 2 * this.#refs.length));
      grown.set(this.#refs.subarray(0, this.#length));
      this.#refs = grown;
    }
    let last = this.#length === 0 ? -1 : this.#refs[this.#length - 1]!;
    for (let i = 0; i < count; i++) {
      const ref = view.getUint32(at + 4 * i);
      if (ref <= last) this.#ascending = false;
      last = ref;
      this.#refs[this.#length++] = ref;
    }
  }

  /** What is in any of the lists. The union is not used behind this. */
  refs(): Uint32Array {
    const refs = this.#refs.subarray(0, this.#length);
    if (this.#ascending) return refs;
    refs.sort();
    let kept = 0;
    for (let i = 0; i < refs.length; i++) if (i === 0 || refs[i] !== refs[i - 1]) refs[kept++] = refs[i]!;
    return refs.subarray(0, kept);
  }
}

/** What is in `from` and not in `minus`. */
export function difference(from: Uint32Array, minus: Uint32Array): Uint32Array {
  if (minus.length === 0 || from.length === 0) return from;
  const kept = new Uint32Array(from.length);
  let length = 0;
  let at = 0;
  for (const ref of from) {
    at = seek(minus, ref, at);
    if (minus[at] !== ref) kept[length++] = ref;
  }
  return kept.subarray(0, length);
}

function intersect(short: Uint32Array, long: Uint32Array): Uint32Array {
  const kept = new Uint32Array(short.length);
  let length = 0;
  let at = 0;
  for (const ref of short) {
    at = seek(long, ref, at);
    if (at === long.length) break;
    if (long[at] === ref) kept[length++] = ref;
  }
  return kept.subarray(0, length);
}

/** The first place from `at` on whose member is not below `ref`: near ones by steps, far ones by doubling strides. */
function seek(list: Uint32Array, ref: number, at: number): number {
  const near = Math.min(at + GALLOP_RATIO, list.length);
  while (at < near && list[at]! < ref) at++;
  if (at < near || at === list.length) return at;
  let stride = GALLOP_RATIO;
  while (at + stride < list.length && list[at + stride]! < ref) {
    at += stride;
    stride *= 2;
  }
  let high = Math.min(at + stride, list.length);
  while (at < high) {
    const middle = (at + high) >>> 1;
    if (list[middle]! < ref) at = middle + 1;
    else high = middle;
  }
  return at;
}
