import { type MessageShape, WireReader } from '@narthex/bytes';
import { FINEST_SCHEMA, histogramFault, type Labels, reduceHistogram, schemaSupport } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { APPEND_OUTCOME, type Appender, type Exemplar, type SeriesRef, StorageError } from '@narthex/storage';
import {
  duplicateFault,
  floatFault,
  histogramOutcomeFault,
  TOO_FAR_AHEAD,
  type WriteFault,
} from './faults.js';
import { type BatchOwner, type FloatBatch, type RefusedFloat } from './float-batch.js';
import { readHistogram, type ReadHistogram } from './histogram-message.js';
import { type LabelHash } from './label-hash.js';
import { readSample } from './sample-message.js';
import { type SeriesCache } from './series-cache.js';
import { nothingWritten } from './written.js';

/** No series is being read. */
const NONE = -1;
/** How many fields one step reads at most. */
const FIELDS_A_STEP = 256;
/** The batch is handed on when it has so many samples. */
const FULL = 2048;
/** A series of more bytes is read in several steps. */
const LARGE_BYTES = 64 * 1024;
/** The most characters of all labels of an exemplar. */
const MAX_EXEMPLAR_CHARACTERS = 128;

/** What readers of requests have in common from request to request. */
export interface ReadingTools {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly batch: FloatBatch;
  readonly hash: LabelHash;
  readonly cache: SeriesCache;
}

/** The fields of a series; remote write 1.0 and 2.0 number them otherwise. */
export interface SeriesFields {
  readonly shape: MessageShape;
  readonly labels: number;
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  /** What a sample and a histogram are. */
  readonly sample: MessageShape;
  readonly histogram: MessageShape;
}

export interface ReadingOptions {
  readonly message: Buffer;
  readonly appender: Appender;
  /** Samples behind this time are refused. */
  readonly latestMs: number;
  readonly tools: ReadingTools;
}

/**
 * Reads the series of one request into an appender, a step at a time. What the versions of remote write have in common
 * is here: samples, histograms, limits; how labels come and what a fault leads to is theirs.
 *
 * Once {@link stopped} is set nothing is appended any more, but the rest is still read: a message that is no message
 * is refused for that, whatever else is wrong with it.
 */
export abstract class SeriesReader implements BatchOwner {
  readonly written = nothingWritten();
  /** Series or samples that were not taken for their labels. */
  invalidLabels = 0;
  protected stopped = false;
  protected readonly reader: WireReader;
  protected readonly appender: Appender;
  protected readonly tools: ReadingTools;
  /** Where the series begins that is being read: at its length. */
  protected place = 0;
  readonly #latestMs: number;
  readonly #fields: SeriesFields;
  #end = NONE;
  /** The first sample of the series in the batch. */
  #first = 0;
  #samples = 0;
  #ref: SeriesRef | 0 = 0;
  #resolved = false;
  readonly #histograms: number[] = [];
  readonly #exemplars: number[] = [];

  constructor({ message, appender, latestMs, tools }: ReadingOptions, fields: SeriesFields) {
    this.reader = new WireReader(message);
    this.appender = appender;
    this.tools = tools;
    this.#latestMs = latestMs;
    this.#fields = fields;
  }

  /**
   * Reads on. False at the end. Between two steps the batch may hold samples: {@link flush} before others get a turn.
   * @throws MalformedMessageError, StorageError
   */
  step(): boolean {
    let left = FIELDS_A_STEP;
    while (left > 0) {
      if (this.#end === NONE && !this.#begin()) {
        this.flush();
        return false;
      }
      left -= this.#readFields(left);
    }
    if (this.tools.batch.count >= FULL) this.flush();
    return true;
  }

  /** Hands the samples in the batch to the appender. */
  flush(): void {
    const { batch } = this.tools;
    if (this.#resolved && this.#end !== NONE) this.#assign();
    if (this.stopped) batch.clear();
    else if (batch.count > 0) this.written.samples += batch.flush(this.appender, this.#latestMs, this);
    this.#first = 0;
  }

  abstract renew(place: number): SeriesRef;

  refuse({ outcome, place, ref, timestampMs, value }: RefusedFloat): boolean {
    const existing = outcome === APPEND_OUTCOME.duplicate ? this.appender.newest?.(ref) : undefined;
    const fault = existing === undefined ? floatFault(outcome) : duplicateFault(timestampMs, existing, value);
    this.report(fault, place, 'Out of order sample from remote write', timestampMs);
    return this.stopped;
  }

  /** Goes to the next series: where the reader stands at its length. Otherwise false. */
  protected abstract nextSeries(): boolean;
  protected abstract beginLabels(): void;
  /** Reads labels, from behind the tag of the first of them. */
  protected abstract readLabels(end: number): void;
  /** Goes past the field whose tag was read, which is none of labels. */
  protected abstract skipField(end: number): void;
  /** The series of the labels that were read; 0 when they are none, which has been reported then. */
  protected abstract resolve(sampleCount: number): SeriesRef | 0;
  /** Checks the labels that were read and makes nothing of them. */
  protected abstract checkLabels(): void;
  /** Reads a field that the other version does not have. */
  protected abstract readOther(end: number): void;
  /** What has to be done when all of a series but histograms and exemplars has been read. */
  protected abstract finishSeries(
    ref: SeriesRef | 0,
    histograms: readonly number[],
    exemplars: readonly number[],
  ): void;
  /** Something of the series at a place was not taken. Sets {@link stopped} where that ends the request. */
  protected abstract report(fault: WriteFault, place: number, message: string, timestampMs: number): void;
  /** Undefined for one that cannot be; that is reported where it is wanted. */
  protected abstract readExemplar(end: number, isWanted: boolean): Exemplar | undefined;

  /** The labels of the series at a place, to be shown. */
  protected abstract shownLabels(place: number): Labels;

  protected appendHistograms(ref: SeriesRef | 0, places: readonly number[]): void {
    for (const at of places) {
      this.reader.at = at;
      const read = readHistogram(this.reader, this.reader.messageEnd(this.#end), this.#fields.histogram);
      if (ref === 0 || this.stopped) continue;
      // What goes wrong with samples before comes first.
      if (this.tools.batch.count > 0) this.flush();
      if (!this.#isStopped()) this.#appendHistogram(ref, read);
    }
  }

  /** Hands exemplars on; those that come too late go to `late`. Whatever else is wrong with them is only logged. */
  protected appendExemplars(
    ref: SeriesRef | 0,
    places: readonly number[],
    late: (exemplar: Exemplar) => void,
  ): void {
    for (const at of places) {
      this.reader.at = at;
      const exemplar = this.readExemplar(this.reader.messageEnd(this.#end), ref !== 0 && !this.stopped);
      if (exemplar === undefined || ref === 0 || this.stopped) continue;
      const outcome = this.#appendExemplar(ref, exemplar);
      if (outcome === APPEND_OUTCOME.accepted) this.written.exemplars++;
      else if (outcome === APPEND_OUTCOME.outOfOrder) late(exemplar);
    }
  }

  /** The series of some labels; undefined when the storage takes no such labels, which `refused` is told the reason of. */
  protected seriesRef(labels: Labels, refused: (reason: string) => void): SeriesRef | undefined {
    try {
      return this.appender.series(labels);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'INVALID_LABELS') throw error;
      refused(error.message);
      return undefined;
    }
  }

  /** Leaves the samples out that came with the labels just read, as nothing can be made of these. */
  protected dropSamples(): void {
    this.tools.batch.count = this.#first;
  }

  #isStopped(): boolean {
    return this.stopped;
  }

  #begin(): boolean {
    const { reader, tools } = this;
    if (!this.nextSeries()) return false;
    this.place = reader.at;
    this.#end = reader.messageEnd(reader.bytes.length);
    this.#first = tools.batch.count;
    this.#samples = 0;
    this.#ref = 0;
    this.#resolved = false;
    if (this.#histograms.length > 0) this.#histograms.length = 0;
    if (this.#exemplars.length > 0) this.#exemplars.length = 0;
    this.beginLabels();
    if (this.#end - reader.at > LARGE_BYTES) this.#resolveAhead();
    return true;
  }

  /** Looks for the labels of a long series before anything else, so that its samples need not wait for its end. */
  #resolveAhead(): void {
    const { reader } = this;
    const start = reader.at;
    while (reader.next(this.#fields.shape, this.#end)) {
      if (reader.field === this.#fields.labels) this.readLabels(this.#end);
      else {
        if (reader.field === this.#fields.samples) this.#samples++;
        this.skipField(this.#end);
      }
    }
    this.#resolve();
    this.#resolved = true;
    this.beginLabels();
    reader.at = start;
  }

  #readFields(most: number): number {
    const { reader } = this;
    const { shape, labels, samples, histograms, exemplars } = this.#fields;
    const end = this.#end;
    let read = 0;
    while (read < most || !this.#resolved) {
      if (!reader.next(shape, end)) {
        this.#finish();
        return read + 1;
      }
      read++;
      const { field } = reader;
      if (field === labels) this.readLabels(end);
      else if (field === samples) {
        readSample(reader, end, this.tools.batch, this.#fields.sample);
        this.#samples++;
      } else if (field === histograms) {
        this.#histograms.push(reader.at);
        reader.at = reader.messageEnd(end);
      } else if (field === exemplars) {
        this.#exemplars.push(reader.at);
        reader.at = reader.messageEnd(end);
      } else this.readOther(end);
    }
    return read;
  }

  #finish(): void {
    const after = this.reader.at;
    if (!this.#resolved) this.#resolve();
    this.#assign();
    this.finishSeries(this.#ref, this.#histograms, this.#exemplars);
    this.reader.at = after;
    this.#end = NONE;
  }

  #resolve(): void {
    if (this.stopped) this.checkLabels();
    else this.#ref = this.resolve(this.#samples + this.#histograms.length);
  }

  #assign(): void {
    const { batch } = this.tools;
    if (this.#ref === 0) batch.count = this.#first;
    else batch.assign(this.#first, this.#ref, this.place);
    this.#first = batch.count;
  }

  #appendHistogram(ref: SeriesRef, { histogram: read, timestampMs, startMs, integer }: ReadHistogram): void {
    const message = 'Out of order histogram from remote write';
    if (timestampMs > this.#latestMs) {
      this.report(histogramOutcomeFault(TOO_FAR_AHEAD), this.place, message, timestampMs);
      return;
    }
    const support = schemaSupport(read.schema);
    if (support === 'unknown') {
      const { logger } = this.tools;
      logger.warn('Skipping histogram with unknown schema in remote write', {
        schema: read.schema,
        timestamp: timestampMs,
      });
      return;
    }
    const text = histogramFault(read, integer);
    if (text !== undefined) {
      this.report({ status: 500, text }, this.place, message, timestampMs);
      return;
    }
    const histogram =
      support === 'reduced'
        ? { ...reduceHistogram(read, FINEST_SCHEMA), counterResetHint: read.counterResetHint }
        : read;
    let outcome = this.appender.histogram(ref, timestampMs, histogram, integer, startMs);
    if (outcome === APPEND_OUTCOME.unknownSeries) {
      outcome = this.appender.histogram(this.renew(this.place), timestampMs, histogram, integer, startMs);
    }
    if (outcome === APPEND_OUTCOME.accepted) this.written.histograms++;
    else this.report(histogramOutcomeFault(outcome), this.place, message, timestampMs);
  }

  #appendExemplar(ref: SeriesRef, exemplar: Exemplar): number {
    if (exemplar.timestampMs > this.#latestMs) return this.#dropExemplar(floatFault(TOO_FAR_AHEAD).text);
    if (charactersOf(exemplar.labels) > MAX_EXEMPLAR_CHARACTERS) {
      return this.#dropExemplar(
        `label length for exemplar exceeds maximum of ${MAX_EXEMPLAR_CHARACTERS} UTF-8 characters`,
      );
    }
    const outcome = this.appender.exemplar(ref, exemplar);
    return outcome === APPEND_OUTCOME.unknownSeries
      ? this.appender.exemplar(this.renew(this.place), exemplar)
      : outcome;
  }

  #dropExemplar(err: string): number {
    const { logger } = this.tools;
    if (logger.enabled('debug')) {
      const series = this.shownLabels(this.place).toString();
      logger.debug('Error while adding exemplar in AppendExemplar', { err, series });
    }
    return APPEND_OUTCOME.unsupported;
  }
}

function charactersOf(labels: Labels): number {
  let count = 0;
  for (const [name, value] of labels) count += codePointsOf(name) + codePointsOf(value);
  return count;
}

function codePointsOf(text: string): number {
  let count = 0;
  for (const _character of text) count++;
  return count;
}
