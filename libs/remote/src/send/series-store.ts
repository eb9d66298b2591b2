import { type MetricMetadata } from '@narthex/model';
import { METRIC_TYPES_V1 } from '../encode/encode-v1.js';
import { RefTable } from './ref-table.js';
import { encodeLabel, encodeText, labelText, SymbolPool } from './symbol-pool.js';

/** What becomes of a series' samples. */
export const SERIES_STATE = { sent: 0, dropped: 1 } as const;

const LEAST_ROWS = 1024;
const NO_TEXT = -1;

/**
 * The series that a queue knows: their labels as they are sent, as numbers of texts, in columns. A row lives until its
 * series is gone from the log and no sample of it waits any more.
 */
export class SeriesStore {
  readonly symbols: SymbolPool;
  readonly #wholeLabels: boolean;
  readonly #rows = new RefTable();
  readonly #free: number[] = [];
  #rowCount = 0;
  #refs = new Float64Array(LEAST_ROWS);
  /** The log's segment, or checkpoint, that had the series last. */
  #segments = new Int32Array(LEAST_ROWS);
  #states = new Uint8Array(LEAST_ROWS);
  #isGone = new Uint8Array(LEAST_ROWS);
  /** Samples that wait. */
  #pending = new Int32Array(LEAST_ROWS);
  #labelStarts = new Uint32Array(LEAST_ROWS);
  #labelEnds = new Uint32Array(LEAST_ROWS);
  /** Of metadata: number of the type, texts. */
  #types = new Uint8Array(LEAST_ROWS);
  #helps = new Int32Array(LEAST_ROWS);
  #units = new Int32Array(LEAST_ROWS);
  /** Numbers of texts, of all series. */
  #labels = new Uint32Array(16 * LEAST_ROWS);
  #labelsLength = 0;
  #labelsWasted = 0;

  /** @param wholeLabels keeps names and values together, as 1.0 sends them; else each for itself */
  constructor(wholeLabels: boolean) {
    this.#wholeLabels = wholeLabels;
    this.symbols = new SymbolPool(wholeLabels ? encodeLabel : encodeText);
  }

  /** Series there are, dropped ones included. */
  get size(): number {
    return this.#rows.size;
  }

  /** The row of a series, or -1. */
  rowOf(ref: number): number {
    return this.#rows.get(ref);
  }

  isDropped(row: number): boolean {
    return this.#states[row] === SERIES_STATE.dropped;
  }

  /** The number under which the log has the series. */
  refOf(row: number): number {
    return this.#refs[row]!;
  }

  /** @param pairs names and values in turn; undefined for a series of which nothing is sent */
  add(ref: number, segment: number, pairs: readonly string[] | undefined): void {
    const row = this.#free.pop() ?? this.#newRow();
    this.#rows.add(ref, row);
    this.#refs[row] = ref;
    this.#segments[row] = segment;
    this.#states[row] = pairs === undefined ? SERIES_STATE.dropped : SERIES_STATE.sent;
    this.#isGone[row] = 0;
    this.#pending[row] = 0;
    this.#types[row] = 0;
    this.#helps[row] = NO_TEXT;
    this.#units[row] = NO_TEXT;
    this.#labelStarts[row] = this.#labelsLength;
    if (pairs !== undefined) this.#pushLabels(pairs);
    this.#labelEnds[row] = this.#labelsLength;
  }

  /** The log has the series in this segment or checkpoint too. */
  touch(row: number, segment: number): void {
    if (segment > this.#segments[row]!) this.#segments[row] = segment;
  }

  setMetadata(row: number, { type, help, unit }: MetricMetadata): void {
    const before = [this.#helps[row]!, this.#units[row]!];
    this.#types[row] = Math.max(0, METRIC_TYPES_V1.indexOf(type));
    this.#helps[row] = this.symbols.retain(help);
    this.#units[row] = this.symbols.retain(unit);
    for (const symbol of before) if (symbol !== NO_TEXT) this.symbols.release(symbol);
  }

  hasMetadata(row: number): boolean {
    return this.#helps[row] !== NO_TEXT;
  }

  /** As `METRIC_TYPES_V1` numbers it. */
  typeOf(row: number): number {
    return this.#types[row]!;
  }

  helpOf(row: number): number {
    return this.#helps[row]!;
  }

  unitOf(row: number): number {
    return this.#units[row]!;
  }

  /** Numbers of texts: of whole labels, or of names and values in turn; a view, valid until series are added. */
  labelsOf(row: number): Uint32Array {
    return this.#labels.subarray(this.#labelStarts[row], this.#labelEnds[row]);
  }

  /** A sample of the series waits. */
  hold(row: number): void {
    this.#pending[row]!++;
  }

  /** A sample of the series waits no more. */
  letGo(row: number): void {
    const left = --this.#pending[row]!;
    if (left === 0 && this.#isGone[row] === 1) this.#freeRow(row);
  }

  /** Forgets the series that no segment or checkpoint from this number on has. */
  removeBefore(segment: number): void {
    for (let row = 0; row < this.#rowCount; row++) {
      if (this.#isGone[row] === 1 || this.#segments[row]! >= segment) continue;
      this.#rows.remove(this.#refs[row]!);
      this.#isGone[row] = 1;
      if (this.#pending[row] === 0) this.#freeRow(row);
    }
    if (2 * this.#labelsWasted > this.#labelsLength) this.#compact();
  }

  #freeRow(row: number): void {
    for (const symbol of this.labelsOf(row)) this.symbols.release(symbol);
    for (const symbol of [this.#helps[row]!, this.#units[row]!]) {
      if (symbol !== NO_TEXT) this.symbols.release(symbol);
    }
    this.#labelsWasted += this.#labelEnds[row]! - this.#labelStarts[row]!;
    this.#labelEnds[row] = this.#labelStarts[row]!;
    this.#free.push(row);
  }

  #pushLabels(pairs: readonly string[]): void {
    for (let i = 0; i < pairs.length; i += 2) {
      const [name, value] = [pairs[i]!, pairs[i + 1]!];
      if (this.#wholeLabels) this.#pushLabel(this.symbols.retain(labelText(name, value)));
      else for (const text of [name, value]) this.#pushLabel(this.symbols.retain(text));
    }
  }

  #pushLabel(symbol: number): void {
    if (this.#labelsLength === this.#labels.length) {
      const grown = new Uint32Array(2 * this.#labels.length);
      grown.set(this.#labels);
      this.#labels = grown;
    }
    this.#labels[this.#labelsLength++] = symbol;
  }

  #compact(): void {
    const used = this.#labelsLength - this.#labelsWasted;
    const labels = new Uint32Array(Math.max(16 * LEAST_ROWS, Math.ceil(1.5 * used)));
    let at = 0;
    for (let row = 0; row < this.#rowCount; row++) {
      const own = this.labelsOf(row);
      labels.set(own, at);
      this.#labelStarts[row] = at;
      at += own.length;
      this.#labelEnds[row] = at;
    }
    this.#labels = labels;
    this.#labelsLength = at;
    this.#labelsWasted = 0;
  }

  #newRow(): number {
    if (this.#rowCount === this.#refs.length) this.#widen();
    const row = this.#rowCount++;
    this.#isGone[row] = 1;
    return row;
  }

  #widen(): void {
    const rows = 2 * this.#refs.length;
    const widened = <T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#refs = widened(this.#refs, new Float64Array(rows));
    this.#segments = widened(this.#segments, new Int32Array(rows));
    this.#states = widened(this.#states, new Uint8Array(rows));
    this.#isGone = widened(this.#isGone, new Uint8Array(rows));
    this.#pending = widened(this.#pending, new Int32Array(rows));
    this.#labelStarts = widened(this.#labelStarts, new Uint32Array(rows));
    this.#labelEnds = widened(this.#labelEnds, new Uint32Array(rows));
    this.#types = widened(this.#types, new Uint8Array(rows));
    this.#helps = widened(this.#helps, new Int32Array(rows));
    this.#units = widened(this.#units, new Int32Array(rows));
  }
}
