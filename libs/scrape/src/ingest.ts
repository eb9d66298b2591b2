import { setImmediate as nextTurn } from 'node:timers/promises';
import { STALE_NAN } from '@narthex/bytes';
import {
  chooseFormat,
  createParser,
  ENTRY,
  ExpositionError,
  type ExpositionFormat,
  type ExpositionParser,
  type ScrapeProtocol,
} from '@narthex/exposition';
import { type Labels } from '@narthex/model';
import { type Logger } from '@narthex/process';
import { APPEND_OUTCOME, type Appender, type SeriesRef, StorageError } from '@narthex/storage';
import { ScrapeError } from './errors.js';
import { type MetadataCache } from './metadata-cache.js';
import { type ScrapeMetrics } from './metrics.js';
import { SAMPLE_FLAG, type SampleBatch, SLICE_LINES } from './sample-batch.js';
import {
  checkNames,
  labelLimitFault,
  type LabelLimits,
  type SampleLabelOptions,
  storedLabels,
} from './sample-labels.js';
import { LINE_KIND, type ScrapeCache } from './scrape-cache.js';

const NEWLINE = 0x0a;
const NONE = -1;
/** Samples further ahead than this are refused. */
const MAX_AHEAD_MS = 600_000;

/** What came over the wire. The bytes belong to the reader until it is done, and may be written behind their end. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly contentType: string;
}

export interface IngestOptions {
  readonly cache: ScrapeCache;
  readonly metadata: MetadataCache;
  readonly batch: SampleBatch;
  readonly logger: Logger;
  readonly metrics: ScrapeMetrics;
  readonly labels: SampleLabelOptions;
  readonly labelLimits: LabelLimits;
  /** 0 for none. */
  readonly sampleLimit: number;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  readonly nameValidation: 'utf8' | 'legacy' | '';
  readonly fallbackProtocol: ScrapeProtocol | undefined;
}

export interface IngestResult {
  /** Samples in the body. */
  readonly total: number;
  /** Those left after relabelling, refused ones included. */
  readonly added: number;
  readonly seriesAdded: number;
  /** Why nothing of the body may be stored; empty when all is well. */
  readonly error: string;
}

/** Reads the bodies of one target into appenders. */
export class Ingest {
  readonly #options: IngestOptions;
  #format: ExpositionFormat | undefined;
  #parser!: ExpositionParser;
  #view!: DataView;
  #appender!: Appender;
  #timestampMs = 0;
  #latestMs = 0;
  #total = 0;
  #added = 0;
  #seriesAdded = 0;
  /** Samples that count for the limit. */
  #counted = 0;
  #limitExceeded = false;
  #outOfOrder = 0;
  #duplicates = 0;
  #outOfBounds = 0;

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  /**
   * Adds the samples of a body, and stale markers for series that it no longer has. Every couple of thousand lines
   * others get their turn. When the result has an error, the appender is to be rolled back.
   */
  async read(body: Body, appender: Appender, timestampMs: number, nowMs: number): Promise<IngestResult> {
    const { cache, metadata, fallbackProtocol, logger } = this.#options;
    cache.begin();
    const { format, complaint = '' } = chooseFormat(body.contentType, fallbackProtocol);
    const details = { content_type: body.contentType, fallback_media_type: fallbackProtocol, err: complaint };
    if (format === undefined) {
      logger.error('Failed to determine correct type of scrape target.', details);
      return { total: 0, added: 0, seriesAdded: 0, error: complaint };
    }
    if (complaint !== '') logger.debug('Invalid content type on scrape, using fallback setting.', details);
    this.#begin(format, body, appender, timestampMs, nowMs);
    let error = '';
    try {
      while (this.#readSlice()) await nextTurn();
    } catch (cause) {
      const isExpected =
        cause instanceof ExpositionError || cause instanceof ScrapeError || cause instanceof StorageError;
      if (!isExpected) throw cause;
      this.#options.batch.count = 0;
      error = cause.message;
    }
    if (this.#limitExceeded) {
      this.#options.metrics.exceededSampleLimit.inc();
      error ||= 'sample limit exceeded';
    }
    this.#logRefused();
    if (error === '') {
      this.#markStale(false);
      cache.end(true);
      metadata.expire(cache.iteration);
    }
    return { total: this.#total, added: this.#added, seriesAdded: this.#seriesAdded, error };
  }

  /** Adds stale markers for all that is stored of the target: after a failed scrape, or when it is gone. */
  readNothing(appender: Appender, timestampMs: number): void {
    const { cache, metrics } = this.#options;
    this.#appender = appender;
    this.#timestampMs = timestampMs;
    this.#markStale(true);
    if (cache.end(false)) metrics.cacheFlushForced.inc();
  }

  #begin(format: ExpositionFormat, body: Body, appender: Appender, timestampMs: number, nowMs: number): void {
    if (format !== this.#format) this.#parser = createParser(format);
    this.#format = format;
    this.#parser.reset(body.bytes, body.length);
    const { bytes } = this.#parser;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#appender = appender;
    this.#timestampMs = timestampMs;
    this.#latestMs = nowMs + MAX_AHEAD_MS;
    this.#total = this.#added = this.#seriesAdded = this.#counted = 0;
    this.#outOfOrder = this.#duplicates = this.#outOfBounds = 0;
    this.#limitExceeded = false;
  }

  /** Reads lines until the batch may be full. False when there are no more. */
  #readSlice(): boolean {
    const { cache, batch } = this.#options;
    const parser = this.#parser;
    const view = this.#view;
    const { bytes } = parser;
    const end = view.byteLength;
    batch.count = 0;
    for (let lines = 0; lines < SLICE_LINES; lines++) {
      const at = parser.position;
      const line = cache.predict(bytes, view, at, end);
      if (line !== NONE) {
        const partEnd = at + cache.lengths[line]!;
        if (cache.kinds[line]! >= LINE_KIND.comment) {
          if (bytes[partEnd] === NEWLINE) {
            parser.skipLine(partEnd);
            this.#knownComment(line);
            continue;
          }
        } else if (parser.readSample(partEnd)) {
          this.#knownSample(line);
          continue;
        }
      }
      if (!this.#readEntry(at)) {
        this.#flush();
        return false;
      }
    }
    this.#flush();
    return true;
  }

  #readEntry(at: number): boolean {
    const parser = this.#parser;
    switch (parser.next()) {
      case ENTRY.end:
        return false;
      case ENTRY.series:
        this.#readSeries();
        return true;
      case ENTRY.type:
        this.#readMetadata(at, 'type', parser.metricType);
        return true;
      case ENTRY.help:
        this.#readMetadata(at, 'help', parser.text());
        return true;
      case ENTRY.unit:
        this.#readMetadata(at, 'unit', parser.text());
        return true;
      case ENTRY.comment:
        this.#noteComment(at, LINE_KIND.comment, NONE);
        return true;
    }
  }

  #readMetadata(at: number, ...[kind, value]: MetadataPiece): void {
    const { cache, metadata } = this.#options;
    const name = this.#parser.metricName();
    const entry =
      kind === 'type'
        ? metadata.set(name, kind, value, cache.iteration)
        : metadata.set(name, kind, value, cache.iteration);
    this.#noteComment(at, kind === 'type' ? LINE_KIND.type : LINE_KIND.comment, entry);
  }

  #noteComment(at: number, kind: typeof LINE_KIND.comment | typeof LINE_KIND.type, entry: number): void {
    const { cache } = this.#options;
    const lineEnd = this.#parser.position - 1;
    let line = cache.find(this.#parser.bytes, this.#view, at, lineEnd);
    if (line === NONE) line = cache.add(lineEnd - at, kind, entry);
    else cache.refs[line] = entry;
    cache.note(line);
  }

  #knownComment(line: number): void {
    const { cache, metadata } = this.#options;
    cache.note(line);
    const entry = cache.refs[line]!;
    if (entry === NONE) return;
    metadata.touch(entry, cache.iteration);
    if (cache.kinds[line] === LINE_KIND.type) this.#parser.metricType = metadata.typeOf(entry);
  }

  #readSeries(): void {
    const { cache } = this.#options;
    const parser = this.#parser;
    const line = cache.find(parser.bytes, this.#view, parser.seriesStart, parser.seriesEnd);
    const ref = line === NONE ? this.#newSample() : this.#knownSample(line);
    const exemplar = ref === undefined ? undefined : parser.exemplar();
    if (exemplar === undefined) return;
    const timestampMs = exemplar.hasTimestamp ? exemplar.timestampMs : this.#sampleTimeMs();
    this.#appender.exemplar(ref!, { ...exemplar, timestampMs });
  }

  /** Takes the present sample of a line in the cache. Gives back the series, if it is stored. */
  #knownSample(line: number): SeriesRef | undefined {
    const { cache } = this.#options;
    this.#total++;
    const isFirst = cache.note(line);
    if (cache.kinds[line] === LINE_KIND.dropped) return undefined;
    this.#added++;
    const ref = cache.refs[line] as SeriesRef;
    if (!isFirst && !this.#hasOwnTime()) this.#duplicates++;
    else if (this.#isAllowed()) this.#push(line, ref, 0);
    return ref;
  }

  #newSample(): SeriesRef | undefined {
    const { cache, labels: options, labelLimits, nameValidation, metrics } = this.#options;
    const parser = this.#parser;
    const length = parser.seriesEnd - parser.seriesStart;
    this.#total++;
    const labels = storedLabels(parser.labels(), options);
    if (labels === undefined) {
      cache.note(cache.add(length, LINE_KIND.dropped, NONE));
      return undefined;
    }
    checkNames(labels, nameValidation);
    const fault = labelLimitFault(labels, labelLimits);
    if (fault !== undefined) {
      metrics.exceededLabelLimits.inc();
      throw new ScrapeError(fault);
    }
    this.#added++;
    if (!this.#isAllowed()) return undefined;
    const ref = this.#appender.series(labels);
    const line = cache.add(length, LINE_KIND.series, ref);
    cache.note(line);
    this.#push(line, ref, SAMPLE_FLAG.isNew);
    return ref;
  }

  #hasOwnTime(): boolean {
    return this.#options.honorTimestamps && this.#parser.hasTimestamp;
  }

  #sampleTimeMs(): number {
    return this.#hasOwnTime() ? this.#parser.timestampMs : this.#timestampMs;
  }

  /** False when the limit of samples or the limit of time forbids the present sample. */
  #isAllowed(): boolean {
    const { sampleLimit } = this.#options;
    if (sampleLimit > 0 && ++this.#counted > sampleLimit) {
      this.#limitExceeded = true;
      return false;
    }
    if (this.#sampleTimeMs() <= this.#latestMs) return true;
    this.#outOfBounds++;
    this.#options.metrics.sampleOutOfBounds.inc();
    return false;
  }

  #push(line: number, ref: SeriesRef, flags: number): void {
    const { batch, trackTimestampsStaleness } = this.#options;
    const parser = this.#parser;
    const hasOwnTime = this.#hasOwnTime();
    const i = batch.count++;
    batch.refs[i] = ref;
    batch.values[i] = parser.value;
    batch.timestampsMs[i] = hasOwnTime ? parser.timestampMs : this.#timestampMs;
    batch.lines[i] = line;
    batch.starts[i] = parser.seriesStart;
    batch.flags[i] = hasOwnTime && !trackTimestampsStaleness ? flags : flags | SAMPLE_FLAG.isTracked;
  }

  #flush(): void {
    const { batch, cache } = this.#options;
    if (batch.count === 0) return;
    batch.append(this.#appender);
    for (let i = 0; i < batch.count; i++) {
      let outcome = batch.outcomes[i]!;
      if (outcome === APPEND_OUTCOME.unknownSeries) outcome = this.#appendAnew(i);
      if (outcome === APPEND_OUTCOME.accepted) {
        const flags = batch.flags[i]!;
        if ((flags & SAMPLE_FLAG.isTracked) !== 0) cache.markLive(batch.lines[i]!);
        if ((flags & SAMPLE_FLAG.isNew) !== 0 && !this.#limitExceeded) this.#seriesAdded++;
      } else {
        this.#refused(i, outcome);
      }
    }
    batch.count = 0;
  }

  /** The storage has let go of the series meanwhile: reads its labels again. */
  #appendAnew(i: number): number {
    const { batch, cache, labels: options } = this.#options;
    const line = batch.lines[i]!;
    const start = batch.starts[i]!;
    const series = this.#parser.bytes.subarray(start, start + cache.lengths[line]!);
    const parser = createParser(this.#format!);
    parser.reset(Buffer.concat([series, Buffer.from(' 0\n')]), series.length + 3);
    parser.metricType = this.#parser.metricType;
    parser.next();
    const labels: Labels | undefined = storedLabels(parser.labels(), options);
    if (labels === undefined) return APPEND_OUTCOME.unknownSeries;
    const ref = this.#appender.series(labels);
    cache.refs[line] = ref;
    return this.#appender.float(ref, batch.timestampsMs[i]!, batch.values[i]!);
  }

  #refused(i: number, outcome: number): void {
    const { batch, cache, metrics } = this.#options;
    if ((batch.flags[i]! & SAMPLE_FLAG.isNew) !== 0) cache.remove(batch.lines[i]!);
    switch (outcome) {
      case APPEND_OUTCOME.outOfOrder:
        this.#outOfOrder++;
        metrics.sampleOutOfOrder.inc();
        break;
      case APPEND_OUTCOME.duplicate:
        this.#duplicates++;
        break;
      case APPEND_OUTCOME.outOfBounds:
        this.#outOfBounds++;
        metrics.sampleOutOfBounds.inc();
        break;
      case APPEND_OUTCOME.tooOld:
        throw new ScrapeError('too old sample');
      default:
        throw new ScrapeError('not found');
    }
  }

  #logRefused(): void {
    const { logger, metrics } = this.#options;
    if (this.#outOfOrder > 0) {
      logger.warn('Error on ingesting out-of-order samples', { num_dropped: this.#outOfOrder });
    }
    if (this.#duplicates > 0) {
      metrics.sampleDuplicate.inc(this.#duplicates);
      logger.warn('Error on ingesting samples with different value but same timestamp', {
        num_dropped: this.#duplicates,
      });
    }
    if (this.#outOfBounds > 0) {
      logger.warn('Error on ingesting samples that are too old or are too far into the future', {
        num_dropped: this.#outOfBounds,
      });
    }
  }

  /** A marker that comes too late is no matter: the target may have been scraped anew meanwhile. */
  #markStale(failed: boolean): void {
    const { batch, cache } = this.#options;
    batch.count = 0;
    cache.takeStale(failed, (ref) => {
      const i = batch.count++;
      batch.refs[i] = ref;
      batch.values[i] = STALE_NAN;
      batch.timestampsMs[i] = this.#timestampMs;
      if (!batch.isFull) return;
      batch.append(this.#appender);
      batch.count = 0;
    });
    if (batch.count > 0) batch.append(this.#appender);
    batch.count = 0;
  }
}

type MetadataPiece = ['type', ReturnType<MetadataCache['typeOf']>] | ['help' | 'unit', string];
