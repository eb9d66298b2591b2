/**
 * Numbers of series that are gone from the head, each with the segment of the log up to which there may be samples
 * under it. A checkpoint keeps the series' record until that segment is gone: samples of a number that no record
 * explains would be lost, or go to a wrong series, when the log is read.
 */
export class MentionedRefs {
  #refs = new Float64Array(256);
  #segments = new Uint32Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(ref: number, segment: number): void {
    if (this.#length === this.#refs.length) this.#grow();
    this.#refs[this.#length] = ref;
    this.#segments[this.#length++] = segment;
  }

  /** Those that segments behind `segment` mention. */
  behind(segment: number): Float64Array {
    const refs = new Float64Array(this.#length);
    let count = 0;
    for (let at = 0; at < this.#length; at++)
      if (this.#segments[at]! > segment) refs[count++] = this.#refs[at]!;
    return refs.slice(0, count);
  }

  /** The segments up to this one are gone. */
  forgetUpTo(segment: number): void {
    let kept = 0;
    for (let at = 0; at < this.#length; at++) {
      if (this.#segments[at]! <= segment) continue;
      this.#refs[kept] = this.#refs[at]!;
      this.#segments[kept++] = this.#segments[at]!;
    }
    this.#length = kept;
  }

  #grow(): void {
    const refs = new Float64Array(2 * this.#refs.length);
    refs.set(this.#refs);
    this.#refs = refs;
    const segments = new Uint32Array(2 * this.#segments.length);
    segments.set(this.#segments);
    this.#segments = segments;
  }
}
