import { METRIC_TYPES, type MetricType } from '@narthex/model';

const SEPARATOR = 0xff;
/** No text begins with it, so that keys of metadata and of series never meet. */
const METADATA = 0xfe;
const SHORT = 32;

type Piece = readonly [start: number, end: number];

/**
 * Puts together the bytes that name a series or a piece of metadata: what is not in the message in one piece. Series of
 * one metric share their beginning and differ in suffix and bound.
 */
export class SeriesKey {
  bytes: Uint8Array = new Uint8Array(512);
  length = 0;
  #metricLength = 0;
  #view = new DataView(this.bytes.buffer);

  /** Begins with a metric's name; labels follow. */
  startMetric(source: Uint8Array, nameStart: number, nameEnd: number): void {
    this.length = 0;
    this.#copy(source, nameStart, nameEnd);
    this.#metricLength = this.length;
  }

  /** Adds the bytes of a label, which say their own length. */
  addLabel(source: Uint8Array, start: number, end: number): void {
    this.#byte(SEPARATOR);
    this.#copy(source, start, end);
    this.#metricLength = this.length;
  }

  /** Names one series of the metric, instead of the one named before. */
  setSeries(suffix: number, bound: number): void {
    this.length = this.#metricLength;
    this.#reserve(10);
    this.bytes[this.length] = SEPARATOR;
    this.bytes[this.length + 1] = suffix;
    this.#view.setFloat64(this.length + 2, bound);
    this.length += 10;
  }

  /** Names what is said about a metric. */
  setMetadata(kind: number, type: MetricType, source: Uint8Array, name: Piece, text: Piece): void {
    this.length = 0;
    this.#byte(METADATA);
    this.#byte(kind);
    this.#byte(METRIC_TYPES.indexOf(type));
    this.#copy(source, ...name);
    this.#byte(SEPARATOR);
    this.#copy(source, ...text);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = value;
  }

  #copy(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    if (end - start > SHORT) {
      this.bytes.set(source.subarray(start, end), this.length);
      this.length += end - start;
      return;
    }
    const { bytes } = this;
    let { length } = this;
    for (let at = start; at < end; at++) bytes[length++] = source[at]!;
    this.length = length;
  }

  #reserve(length: number): void {
    const needed = this.length + length;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes);
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
