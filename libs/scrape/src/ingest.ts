import { STALE_NAN } from '@narthex/bytes';
import {
  chooseFormat,
  createParser,
  ENTRY,
  ExpositionError,
  type ExpositionFormat,
  type ExpositionParser,
  type LineExpositionParser,
  type ParserOptions,
  type ScrapeProtocol,
} from '@narthex/exposition';
import { type MetricType } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { type Appender, StorageError } from '@narthex/storage';
import { ScrapeError } from './errors.js';
import { SLICE_LINES } from './sample-batch.js';
import { SampleIntake, type SampleIntakeOptions } from './sample-intake.js';
import { LINE_KIND } from './scrape-cache.js';
import { type Turns } from './turns.js';

const NEWLINE = 0x0a;
/** A line that is not known costs as much as so many that are. */
const NEW_LINE_WEIGHT = 8;
/** A turn is over after so long, however few entries it came to: the first ones of a process take longer than others. */
const TURN_MS = 4;
/** How many entries are read between two looks at the clock. */
const ENTRIES_A_LOOK = 16;
const NONE = -1;

/** What came over the wire. The bytes belong to the reader until it is done, and may be written behind their end. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly contentType: string;
}

export interface IngestOptions extends SampleIntakeOptions {
  readonly clock: Clock;
  readonly fallbackProtocol: ScrapeProtocol | undefined;
  readonly parsing: ParserOptions;
  /** Shared by all targets. */
  readonly turns: Turns;
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
  readonly #samples: SampleIntake;
  #format: ExpositionFormat | undefined;
  #parser!: ExpositionParser;
  #turnEndMs = 0;
  /** Counts entries, to look at the clock now and then. */
  #entries = 0;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#samples = new SampleIntake(options);
  }

  /**
   * Adds the samples of a body, and stale markers for series that it no longer has. Every couple of thousand lines
   * others get their turn. When the result has an error, the appender is to be rolled back.
   */
  async read(body: Body, appender: Appender, timestampMs: number, nowMs: number): Promise<IngestResult> {
    const { cache, metadata, fallbackProtocol, logger, turns } = this.#options;
    cache.begin();
    const { format, complaint = '' } = chooseFormat(body.contentType, fallbackProtocol);
    const details = { content_type: body.contentType, fallback_media_type: fallbackProtocol, err: complaint };
    if (format === undefined) {
      logger.error('Failed to determine correct type of scrape target.', details);
      return { total: 0, added: 0, seriesAdded: 0, error: complaint };
    }
    if (complaint !== '') logger.debug('Invalid content type on scrape, using fallback setting.', details);
    this.#begin(format, body, appender, timestampMs, nowMs);
    const samples = this.#samples;
    let error = '';
    try {
      do await turns.next();
      while (this.#readSlice());
    } catch (cause) {
      error = this.#endFailed(cause);
    }
    error = samples.end(error);
    if (error === '') {
      await this.#markStale(appender, timestampMs);
      cache.end(true);
      metadata.expire(cache.iteration);
    }
    return { total: samples.total, added: samples.added, seriesAdded: samples.seriesAdded, error };
  }

  /**
   * Adds stale markers for what is stored of the target, when it is gone or a scrape has failed. What a failed scrape
   * had come to before goes without them.
   */
  async readNothing(appender: Appender, timestampMs: number): Promise<void> {
    const { cache, metrics } = this.#options;
    await this.#markStale(appender, timestampMs);
    if (cache.end(false)) metrics.cacheFlushForced.inc();
  }

  /**
   * Why the scrape has failed. What was read before the fault still goes to the storage, to be rolled back: it counts,
   * and may bring an earlier fault to light.
   */
  #endFailed(cause: unknown): string {
    const { batch } = this.#options;
    try {
      const error = expectedMessage(cause);
      this.#samples.flush();
      return error;
    } catch (earlier) {
      return expectedMessage(earlier);
    } finally {
      // Shared by all targets: nothing of this one may be left in it.
      batch.count = 0;
    }
  }

  #begin(format: ExpositionFormat, body: Body, appender: Appender, timestampMs: number, nowMs: number): void {
    const { parsing } = this.#options;
    if (format !== this.#format) this.#parser = createParser(format, parsing);
    this.#format = format;
    this.#parser.reset(body.bytes, body.length);
    const parser = this.#parser;
    this.#samples.begin({ format, parser, appender, timestampMs, nowMs });
  }

  /** Reads entries until the batch may be full. False when there are no more. */
  #readSlice(): boolean {
    const parser = this.#parser;
    // Start times are looked for from the line that was read last; metadata, and types for synthesis, go with names.
    this.#turnEndMs = this.#options.clock.monotonicMs() + TURN_MS;
    const { parsing, storeMetadata, starts } = this.#options;
    const needsAll = parsing.startTimestamps === true || starts.synthesized || storeMetadata;
    const goesOn = parser.isLineBased && !needsAll ? this.#readLines(parser) : this.#readEntries();
    this.#samples.flush();
    return goesOn;
  }

  #readEntries(): boolean {
    for (let count = 0; count < SLICE_LINES && !this.#isTurnOver(); count++) {
      if (!this.#readEntry()) return false;
    }
    return true;
  }

  /** To be asked once an entry. */
  #isTurnOver(): boolean {
    return ++this.#entries % ENTRIES_A_LOOK === 0 && this.#options.clock.monotonicMs() >= this.#turnEndMs;
  }

  /** Looks first for the line that came next the last time. */
  #readLines(parser: LineExpositionParser): boolean {
    const { cache, typeAndUnitLabels } = this.#options;
    const samples = this.#samples;
    const { bytes } = parser;
    const { view } = samples;
    const end = view.byteLength;
    for (let lines = 0; lines < SLICE_LINES; lines++) {
      const at = parser.position;
      const line = cache.predict(bytes, view, at, end);
      if (line !== NONE) {
        const partEnd = at + cache.lengths[line]!;
        if (cache.kinds[line]! >= LINE_KIND.comment) {
          if (bytes[partEnd] === NEWLINE && !typeAndUnitLabels) {
            parser.skipLine(partEnd);
            this.#knownComment(line);
            continue;
          }
        } else if (parser.readSample(partEnd)) {
          samples.takeKnown(line, false);
          continue;
        }
      }
      if (!this.#readEntry()) return false;
      lines += NEW_LINE_WEIGHT - 1;
      if (this.#isTurnOver()) break;
    }
    return true;
  }

  #readEntry(): boolean {
    const parser = this.#parser;
    const at = parser.isLineBased ? parser.position : 0;
    switch (parser.next()) {
      case ENTRY.end:
        return false;
      case ENTRY.series:
        this.#samples.take(false);
        return true;
      case ENTRY.histogram:
        this.#samples.take(true);
        return true;
      case ENTRY.type:
        // Only in messages has each family a unit of its own.
        if (this.#format === 'protobuf') this.#samples.unit = '';
        this.#readMetadata(at, LINE_KIND.type, () => ['type', parser.metricType]);
        return true;
      case ENTRY.help:
        this.#readMetadata(at, LINE_KIND.comment, () => ['help', parser.text()]);
        return true;
      case ENTRY.unit:
        this.#samples.unit = parser.text();
        this.#readMetadata(at, LINE_KIND.comment, () => ['unit', parser.text()]);
        return true;
      case ENTRY.comment:
        this.#readMetadata(at, LINE_KIND.comment, () => undefined);
        return true;
    }
  }

  /** Takes what is said about a metric, unless it is known by its bytes already. */
  #readMetadata(at: number, kind: CommentKind, read: () => MetadataPiece | undefined): void {
    const { cache } = this.#options;
    const parser = this.#parser;
    const start = parser.isLineBased ? at : parser.seriesStart;
    const end = parser.isLineBased ? parser.position - 1 : parser.seriesEnd;
    let line = cache.find(parser.bytes, this.#samples.view, start, end);
    if (line !== NONE && !parser.isLineBased) {
      this.#knownComment(line);
      this.#samples.tellFamily(cache.refs[line]!);
      return;
    }
    const entry = this.#store(read());
    if (entry !== NONE) this.#samples.tellFamily(entry);
    if (line === NONE) line = cache.add(end - start, kind, entry);
    else cache.refs[line] = entry;
    cache.note(line);
  }

  #store(piece: MetadataPiece | undefined): number {
    if (piece === undefined) return NONE;
    const { cache, metadata } = this.#options;
    const name = this.#parser.metricName();
    const { iteration } = cache;
    return piece[0] === 'type'
      ? metadata.set(name, piece[0], piece[1], iteration)
      : metadata.set(name, piece[0], piece[1], iteration);
  }

  #knownComment(line: number): void {
    const { cache, metadata } = this.#options;
    cache.note(line);
    const entry = cache.refs[line]!;
    if (entry === NONE) return;
    metadata.touch(entry, cache.iteration);
    // Others have read the line, or what it says, by themselves.
    if (cache.kinds[line] === LINE_KIND.type && this.#parser.isLineBased)
      this.#parser.metricType = metadata.typeOf(entry);
  }

  /**
   * A marker that comes too late is no matter: the target may have been scraped anew meanwhile. Where there are very
   * many, others get their turn.
   */
  async #markStale(appender: Appender, timestampMs: number): Promise<void> {
    const { batch, cache, turns } = this.#options;
    const vanished = cache.takeStale();
    for (;;) {
      batch.count = 0;
      while (!batch.isFull) {
        const next = vanished.next();
        if (next.done === true) break;
        const i = batch.count++;
        batch.refs[i] = next.value;
        batch.values[i] = STALE_NAN;
        batch.timestampsMs[i] = timestampMs;
      }
      const wasFull = batch.isFull;
      if (batch.count > 0) batch.append(appender, false);
      batch.count = 0;
      if (!wasFull) return;
      await turns.next();
    }
  }
}

/** The message of an error that is the target's fault or the storage's. @throws any other, as it is */
function expectedMessage(cause: unknown): string {
  if (cause instanceof ExpositionError || cause instanceof ScrapeError || cause instanceof StorageError)
    return cause.message;
  throw cause;
}

type CommentKind = typeof LINE_KIND.comment | typeof LINE_KIND.type;
type MetadataPiece = ['type', MetricType] | ['help' | 'unit', string];
