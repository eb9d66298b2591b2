import { Buffer } from 'node:buffer';
import { WireReader } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { type Exemplar, type SeriesRef } from '@narthex/storage';
import {
  EXEMPLAR,
  HISTOGRAM,
  METRIC_METADATA,
  SAMPLE,
  TIME_SERIES,
  WRITE_REQUEST,
} from '../wire/message-shapes.js';
import { type WriteFault } from './faults.js';
import { judgeLabels, readLabel, type ReadLabels, sortedLabels } from './label-section.js';
import { type ReadingOptions, SeriesReader } from './series-reader.js';

const F = TIME_SERIES.field;
const LABEL_TAG = 0x0a;
const FIELDS = {
  shape: TIME_SERIES,
  labels: F.Labels,
  samples: F.Samples,
  histograms: F.Histograms,
  exemplars: F.Exemplars,
  sample: SAMPLE,
  histogram: HISTOGRAM,
};

/**
 * Reads a `prometheus.WriteRequest`. Series with labels that cannot be are left out; the first other fault refuses the
 * request as a whole. Metadata are read and not kept, as upstream does.
 */
export class ReaderV1 extends SeriesReader {
  /** What refuses the request. */
  fault: WriteFault | undefined;
  /** How many exemplars came too late. */
  lateExemplars = 0;
  #labelsStart = 0;
  #labelsEnd = 0;
  /** The labels do not lie in one piece. */
  #scattered = false;

  constructor(options: ReadingOptions) {
    super(options, FIELDS);
  }

  override renew(place: number): SeriesRef {
    const { reader } = this;
    const [bytes, start, end] = gatheredLabels(reader.bytes, place);
    return this.#seriesOf(bytes, start, end)!;
  }

  protected override nextSeries(): boolean {
    const { reader } = this;
    const end = reader.bytes.length;
    while (reader.next(WRITE_REQUEST, end)) {
      if (reader.field === WRITE_REQUEST.field.Timeseries) return true;
      this.#checkMetadata(reader.messageEnd(end));
    }
    return false;
  }

  protected override beginLabels(): void {
    this.#labelsStart = this.#labelsEnd = 0;
    this.#scattered = false;
  }

  /** Goes over all labels that follow one another; their bytes are what matters. */
  protected override readLabels(end: number): void {
    const { reader } = this;
    const { bytes } = reader;
    const start = reader.at - 1;
    for (;;) {
      reader.at = reader.messageEnd(end);
      if (reader.at >= end || bytes[reader.at] !== LABEL_TAG) break;
      reader.at++;
    }
    if (this.#labelsEnd !== 0) {
      this.#scattered = true;
      return;
    }
    this.#labelsStart = start;
    this.#labelsEnd = reader.at;
  }

  protected override skipField(end: number): void {
    this.reader.at = this.reader.messageEnd(end);
  }

  protected override resolve(): SeriesRef | 0 {
    if (this.#scattered) {
      const [bytes, start, end] = gatheredLabels(this.reader.bytes, this.place);
      return this.#seriesOf(bytes, start, end) ?? 0;
    }
    const { hash, cache } = this.tools;
    const { bytes, view } = this.reader;
    hash.ofBytes(bytes, view, this.#labelsStart, this.#labelsEnd);
    const known = cache.find(hash.low, hash.high);
    return known !== 0 ? known : (this.#seriesOf(bytes, this.#labelsStart, this.#labelsEnd) ?? 0);
  }

  protected override checkLabels(): void {
    readPairs(...gatheredLabels(this.reader.bytes, this.place));
  }

  protected override readOther(): void {
    throw new TypeError('a series of remote write 1.0 has no other fields');
  }

  protected override finishSeries(
    ref: SeriesRef | 0,
    histograms: readonly number[],
    exemplars: readonly number[],
  ): void {
    this.appendExemplars(ref, exemplars, () => this.lateExemplars++);
    this.appendHistograms(ref, histograms);
  }

  protected override report(fault: WriteFault, place: number, message: string, timestampMs: number): void {
    this.fault = fault;
    this.stopped = true;
    if (fault.status !== 400) return;
    const series = this.shownLabels(place).toString();
    this.tools.logger.error(message, { err: fault.text, series, timestamp: timestampMs });
  }

  protected override shownLabels(place: number): Labels {
    return readPairs(...gatheredLabels(this.reader.bytes, place)).shown;
  }

  protected override readExemplar(end: number): Exemplar {
    const { reader } = this;
    const pairs: string[] = [];
    let value = 0;
    let timestampMs = 0;
    while (reader.next(EXEMPLAR, end)) {
      if (reader.field === EXEMPLAR.field.Labels) readLabel(reader, reader.messageEnd(end), pairs);
      else if (reader.field === EXEMPLAR.field.Value) value = reader.double(end);
      else timestampMs = reader.integer(end);
    }
    return { labels: sortedLabels(pairs), value, timestampMs, hasTimestamp: timestampMs !== 0 };
  }

  /** Finds or makes the series of some labels, and remembers it; undefined when they cannot name one. */
  #seriesOf(bytes: Buffer, start: number, end: number): SeriesRef | undefined {
    const { hash, cache, logger } = this.tools;
    const { shown, stored, fault } = readPairs(bytes, start, end);
    if (stored === undefined) {
      this.invalidLabels++;
      if (fault?.kind === 'duplicate') {
        const labels = shown.toString();
        logger.warn('Invalid labels for series.', { labels, duplicated_label: fault.name });
      } else logger.warn('Invalid metric names or labels', { got: shown.toString() });
      return undefined;
    }
    const ref = this.seriesRef(stored, (text) => {
      this.invalidLabels++;
      logger.warn('Invalid metric names or labels', { err: text });
    });
    if (ref === undefined) return undefined;
    hash.ofBytes(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start, end);
    cache.put(hash.low, hash.high, ref);
    return ref;
  }

  #checkMetadata(end: number): void {
    const { reader } = this;
    while (reader.next(METRIC_METADATA, end)) {
      if (reader.field === METRIC_METADATA.field.Type) reader.integer(end);
      else reader.at = reader.messageEnd(end);
    }
  }
}

/** The labels of the series at a place, in one piece: a copy where they do not lie in one. */
function gatheredLabels(message: Buffer, place: number): [bytes: Buffer, start: number, end: number] {
  const reader = new WireReader(message);
  reader.at = place;
  const end = reader.messageEnd(message.length);
  const pieces: Buffer[] = [];
  let start = reader.at;
  let isOnePiece = true;
  let stop = start;
  for (let at = start; reader.next(TIME_SERIES, end); at = reader.at) {
    const isLabel = reader.field === F.Labels;
    reader.at = reader.messageEnd(end);
    if (!isLabel) continue;
    pieces.push(message.subarray(at, reader.at));
    if (pieces.length === 1) start = at;
    else if (at !== stop) isOnePiece = false;
    stop = reader.at;
  }
  if (isOnePiece) return [message, start, stop];
  const bytes = Buffer.concat(pieces);
  return [bytes, 0, bytes.length];
}

function readPairs(bytes: Buffer, start: number, end: number): ReadLabels {
  const reader = new WireReader(bytes);
  reader.at = start;
  const pairs: string[] = [];
  let isText = true;
  while (reader.next(TIME_SERIES, end)) {
    isText = readLabel(reader, reader.messageEnd(end), pairs) && isText;
  }
  return judgeLabels(pairs, isText);
}
