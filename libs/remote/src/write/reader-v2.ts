import { WireReader } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { type Exemplar, type SeriesRef } from '@narthex/storage';
import { METRIC_TYPES_V1 } from '../encode/encode-v1.js';
import {
  EXEMPLAR_V2,
  HISTOGRAM_V2,
  METADATA_V2,
  REQUEST_V2,
  SAMPLE_V2,
  TIME_SERIES_V2,
} from '../wire/message-shapes.js';
import { type WriteFault } from './faults.js';
import { judgeLabels, type ReadLabels, sortedLabels } from './label-section.js';
import { type ReadingOptions, SeriesReader } from './series-reader.js';
import { SymbolTable } from './symbol-table.js';

const F = TIME_SERIES_V2.field;
const FIELDS = {
  shape: TIME_SERIES_V2,
  labels: F.LabelsRefs,
  samples: F.Samples,
  histograms: F.Histograms,
  exemplars: F.Exemplars,
  sample: SAMPLE_V2,
  histogram: HISTOGRAM_V2,
};

/**
 * Reads an `io.prometheus.write.v2.Request`. What is wrong with a sample or a series is kept for the answer and the
 * rest is taken; only what may go well another time refuses the request as a whole.
 */
export class ReaderV2 extends SeriesReader {
  /** What was not taken, and why. */
  readonly faults: string[] = [];
  /** What refuses the request. */
  fatal: WriteFault | undefined;
  readonly #symbols: SymbolTable;
  readonly #refs: number[] = [];
  #type = 0;
  #help = 0;
  #unit = 0;

  constructor(options: ReadingOptions) {
    super(options, FIELDS);
    this.#symbols = new SymbolTable(this.reader, this.tools.hash);
    this.#readSymbols();
  }

  override renew(place: number): SeriesRef {
    return this.#makeSeries(this.#refsAt(place))!;
  }

  protected override nextSeries(): boolean {
    const { reader } = this;
    const end = reader.bytes.length;
    while (reader.next(REQUEST_V2, end)) {
      if (reader.field === REQUEST_V2.field.Timeseries) return true;
      reader.at = reader.messageEnd(end);
    }
    return false;
  }

  protected override beginLabels(): void {
    this.#refs.length = 0;
    this.#type = this.#help = this.#unit = 0;
  }

  protected override readLabels(end: number): void {
    this.reader.unsigneds(end, this.#refs);
  }

  protected override skipField(end: number): void {
    const { reader } = this;
    if (reader.field === F.CreatedTimestamp) reader.integer(end);
    else reader.at = reader.messageEnd(end);
  }

  protected override resolve(sampleCount: number): SeriesRef | 0 {
    const { hash, cache } = this.tools;
    const refs = this.#refs;
    const fault = this.#refsFault(refs);
    if (fault !== undefined) {
      this.invalidLabels += sampleCount;
      this.dropSamples();
      this.#addFault(`parsing labels for series [${refs.join(' ')}]: ${fault}`);
      return 0;
    }
    this.#symbols.hash(refs);
    const known = cache.find(hash.low, hash.high);
    if (known !== 0) return known;
    const made = this.#makeSeries(refs);
    if (made === undefined) this.invalidLabels += sampleCount;
    return made ?? 0;
  }

  protected override checkLabels(): void {
    // References are numbers, whatever they refer to.
  }

  protected override readOther(end: number): void {
    const { reader } = this;
    if (reader.field === F.CreatedTimestamp) {
      reader.integer(end);
      return;
    }
    const stop = reader.messageEnd(end);
    while (reader.next(METADATA_V2, stop)) {
      const value = reader.unsigned(stop);
      if (reader.field === METADATA_V2.field.Type) this.#type = value;
      else if (reader.field === METADATA_V2.field.HelpRef) this.#help = value;
      else this.#unit = value;
    }
  }

  protected override finishSeries(
    ref: SeriesRef | 0,
    histograms: readonly number[],
    exemplars: readonly number[],
  ): void {
    this.appendHistograms(ref, histograms);
    this.appendExemplars(ref, exemplars, () => {
      this.#addFault(`out of order exemplar for series ${this.shownLabels(this.place).toString()}`);
    });
    if (ref !== 0 && !this.stopped) this.#appendMetadata(ref);
  }

  protected override report(fault: WriteFault, place: number, message: string, timestampMs: number): void {
    if (fault.status !== 400) {
      this.fatal = fault;
      this.stopped = true;
      return;
    }
    const series = this.shownLabels(place).toString();
    this.faults.push(`${fault.text} for series ${series}`);
    // One line a request: upstream writes one a sample.
    if (this.faults.length > 1) return;
    this.tools.logger.error(message, { err: fault.text, series, timestamp: timestampMs });
  }

  protected override shownLabels(place: number): Labels {
    return this.#readLabels(this.#refsAt(place)).shown;
  }

  protected override readExemplar(end: number, isWanted: boolean): Exemplar | undefined {
    const { reader } = this;
    const refs: number[] = [];
    let value = 0;
    let timestampMs = 0;
    while (reader.next(EXEMPLAR_V2, end)) {
      if (reader.field === EXEMPLAR_V2.field.LabelsRefs) reader.unsigneds(end, refs);
      else if (reader.field === EXEMPLAR_V2.field.Value) value = reader.double(end);
      else timestampMs = reader.integer(end);
    }
    const fault = this.#refsFault(refs);
    if (fault !== undefined) {
      if (isWanted) {
        const series = this.shownLabels(this.place).toString();
        this.#addFault(`parsing exemplar for series ${series}: ${fault}`);
      }
      return undefined;
    }
    const pairs = refs.map((ref) => this.#symbols.shown(ref));
    return { labels: sortedLabels(pairs), value, timestampMs, hasTimestamp: timestampMs !== 0 };
  }

  /** Symbols may come behind series, so all of them are looked for first. */
  #readSymbols(): void {
    const { reader } = this;
    const end = reader.bytes.length;
    while (reader.next(REQUEST_V2, end)) {
      const stop = reader.messageEnd(end);
      if (reader.field === REQUEST_V2.field.Symbols) this.#symbols.add(reader.at, stop);
      reader.at = stop;
    }
    reader.at = 0;
  }

  #refsFault(refs: readonly number[]): string | undefined {
    const { size } = this.#symbols;
    if (refs.length % 2 !== 0) return `invalid labelRefs length ${refs.length}`;
    for (let i = 0; i < refs.length; i++) {
      if (refs[i]! < size) continue;
      const part = i % 2 === 0 ? 'name' : 'value';
      return `labelRefs ${i} (${part}) = ${refs[i]!} outside of symbols table (size ${size})`;
    }
    return undefined;
  }

  #makeSeries(refs: readonly number[]): SeriesRef | undefined {
    const { hash, cache } = this.tools;
    const { shown, stored, fault } = this.#readLabels(refs);
    if (stored === undefined) {
      const labels = shown.toString();
      this.dropSamples();
      this.#addFault(
        fault?.kind === 'duplicate'
          ? `invalid labels for series, labels ${labels}, duplicated label ${fault.name}`
          : `invalid metric name or labels, got ${labels}`,
      );
      return undefined;
    }
    const ref = this.seriesRef(stored, (text) => {
      this.dropSamples();
      this.#addFault(`invalid metric name or labels, ${text}`);
    });
    if (ref === undefined) return undefined;
    this.#symbols.hash(refs);
    cache.put(hash.low, hash.high, ref);
    return ref;
  }

  #readLabels(refs: readonly number[]): ReadLabels {
    const isText = refs.every((ref) => this.#symbols.text(ref) !== undefined);
    return judgeLabels(
      refs.map((ref) => this.#symbols.shown(ref)),
      isText,
    );
  }

  #refsAt(place: number): number[] {
    const reader = new WireReader(this.reader.bytes);
    reader.at = place;
    const end = reader.messageEnd(reader.bytes.length);
    const refs: number[] = [];
    while (reader.next(TIME_SERIES_V2, end)) {
      if (reader.field === F.LabelsRefs) reader.unsigneds(end, refs);
      else if (reader.field === F.CreatedTimestamp) reader.integer(end);
      else reader.at = reader.messageEnd(end);
    }
    return refs;
  }

  /** Hands the metadata of the series on when they are not those that came with it before. */
  #appendMetadata(ref: SeriesRef): void {
    const { size } = this.#symbols;
    const help = this.#help;
    const unit = this.#unit;
    if (help >= size || unit >= size) {
      const place = help >= size ? `help_ref ${help}` : `unit_ref ${unit}`;
      this.#addFault(`metadata ${place} outside of symbols table (size ${size})`);
      return;
    }
    if (this.#type === 0 && help === 0 && unit === 0) return;
    const { cache, hash } = this.tools;
    this.#symbols.hash([help, unit]);
    const note = (hash.low ^ this.#type) | 1;
    this.#symbols.hash(this.#refs);
    if (cache.find(hash.low, hash.high) === 0 || cache.note === note) return;
    cache.note = note;
    this.appender.metadata(ref, {
      type: METRIC_TYPES_V1[this.#type] ?? 'unknown',
      help: this.#symbols.shown(help),
      unit: this.#symbols.shown(unit),
    });
  }

  /** Keeps a fault behind those of the samples that came before. */
  #addFault(text: string): void {
    if (this.tools.batch.count > 0) this.flush();
    this.faults.push(text);
  }
}
