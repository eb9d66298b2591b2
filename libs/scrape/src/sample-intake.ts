import {
  createParser,
  ENTRY,
  type ExpositionFormat,
  type ExpositionParser,
  type ParsedHistogram,
} from '@narthex/exposition';
import { type Labels, METRIC_NAME } from '@narthex/model';
import { type Logger } from '@narthex/process';
import {
  APPEND_OUTCOME,
  type Appender,
  type AppendOutcome,
  type SeriesRef,
  StorageError,
} from '@narthex/storage';
import { ScrapeError } from './errors.js';
import { ExemplarIntake } from './exemplar-intake.js';
import { type HistogramLimits, limitedHistogram } from './histogram-limits.js';
import { type MetadataCache } from './metadata-cache.js';
import { isPartOfFamily, withTypeAndUnit } from './metric-family.js';
import { type ScrapeMetrics } from './metrics.js';
import { RefusedSamples } from './refused-samples.js';
import { SAMPLE_FLAG, type SampleBatch } from './sample-batch.js';
import {
  checkNames,
  labelLimitFault,
  type LabelLimits,
  type SampleLabelOptions,
  storedLabels,
} from './sample-labels.js';
import { LINE_KIND, type ScrapeCache } from './scrape-cache.js';
import { type StartFeatures } from './start-features.js';
import { startHistogram } from './start-histogram.js';
import { StartSynthesis } from './start-synthesis.js';

const NONE = -1;
/** Samples further ahead than this are refused. */
const MAX_AHEAD_MS = 600_000;

export interface SampleIntakeOptions {
  readonly cache: ScrapeCache;
  readonly batch: SampleBatch;
  readonly logger: Logger;
  readonly metrics: ScrapeMetrics;
  readonly labels: SampleLabelOptions;
  readonly labelLimits: LabelLimits;
  /** 0 for none. */
  readonly sampleLimit: number;
  readonly histogramLimits: HistogramLimits;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  readonly nameValidation: 'utf8' | 'legacy' | '';
  readonly metadata: MetadataCache;
  /** Give each series labels for its type and unit. */
  readonly typeAndUnitLabels: boolean;
  /** Store what the target says of its metrics. */
  readonly storeMetadata: boolean;
  readonly starts: StartFeatures;
}

/** Where the samples of one scrape come from and go to. */
export interface ScrapeInProgress {
  readonly format: ExpositionFormat;
  readonly parser: ExpositionParser;
  readonly appender: Appender;
  readonly timestampMs: number;
  readonly nowMs: number;
}

/** Takes the samples that a parser comes to: looks them up in the cache, holds them against the limits, hands them on. */
export class SampleIntake {
  readonly #options: SampleIntakeOptions;
  readonly #exemplars: ExemplarIntake;
  readonly #refused: RefusedSamples;
  #scrape!: ScrapeInProgress;
  #viewed: Uint8Array | undefined;
  #view!: DataView;
  /** When the scrape before this one was. */
  #lastTimestampMs = -Infinity;
  /** Samples that count for the limit. */
  #counted = 0;
  #limitExceeded = false;
  #bucketLimitExceeded = false;
  /** The present histogram, brought down to what the limits allow. */
  #histogram!: ParsedHistogram;
  /** When the present sample began to count; 0 where that is unknown, or of no interest. */
  #startMs = 0;
  readonly #usesStarts: boolean;
  readonly #synthesis: StartSynthesis | undefined;
  /** The present float as synthesis has left it; undefined where that has left it alone. */
  #adjusted: number | undefined;
  /** Samples so far. */
  total = 0;
  /** Those left after relabelling, refused ones included. */
  added = 0;
  seriesAdded = 0;
  /** The unit that was told last. */
  unit = '';
  /** Of the metadata that was told last, the number of its entry; -1 when it is not to be used. */
  #familyEntry = NONE;

  constructor(options: SampleIntakeOptions) {
    this.#options = options;
    this.#exemplars = new ExemplarIntake(options.metrics, options.logger);
    this.#refused = new RefusedSamples(options.metrics, options.logger);
    const { zeros, stored, synthesized } = options.starts;
    this.#usesStarts = zeros || stored || synthesized;
    this.#synthesis = synthesized ? new StartSynthesis() : undefined;
  }

  begin(scrape: ScrapeInProgress): void {
    this.#scrape = scrape;
    this.#options.batch.count = 0;
    this.total = this.added = this.seriesAdded = this.#counted = 0;
    this.#limitExceeded = this.#bucketLimitExceeded = false;
    this.unit = '';
    this.#familyEntry = NONE;
    this.#exemplars.begin(scrape.appender);
    this.#refused.begin();
  }

  /** Ends the scrape, which failed for `error` or, when that is empty, may have failed for a limit. */
  end(error: string): string {
    const { metrics } = this.#options;
    this.#lastTimestampMs = this.#scrape.timestampMs;
    this.#exemplars.logRefused();
    this.#refused.log();
    let fault = error;
    if (this.#limitExceeded) {
      metrics.exceededSampleLimit.inc();
      fault ||= 'sample limit exceeded';
    }
    if (this.#bucketLimitExceeded) {
      metrics.exceededBucketLimit.inc();
      fault ||= 'histogram bucket limit exceeded';
    }
    return fault;
  }

  /** The view over the bytes that the parser's positions point into now. */
  get view(): DataView {
    const { bytes } = this.#scrape.parser;
    if (bytes !== this.#viewed) {
      this.#viewed = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#view;
  }

  /** Takes note of what was said of a family; its series follow. */
  tellFamily(entry: number): void {
    this.#familyEntry = entry;
  }

  /** Takes the present series of the parser, or its histogram. */
  take(isHistogram: boolean): void {
    const { cache } = this.#options;
    const { parser } = this.#scrape;
    const line = cache.find(parser.bytes, this.view, parser.seriesStart, parser.seriesEnd);
    const ref = line === NONE ? this.#takeNew(isHistogram) : this.takeKnown(line, isHistogram);
    if (ref === undefined || this.#exemplars.isOff) return;
    const exemplars = parser.exemplars();
    if (exemplars.length > 0) this.#exemplars.add(ref, exemplars, this.#timeMs());
  }

  /** Takes the present sample of a line in the cache. Gives back the series, if it is stored. */
  takeKnown(line: number, isHistogram: boolean): SeriesRef | undefined {
    const { cache } = this.#options;
    this.total++;
    const isFirst = cache.note(line);
    if (cache.kinds[line] === LINE_KIND.dropped) return undefined;
    if (cache.refs[line] === NONE && !this.#makeSeries(line, isHistogram)) return undefined;
    if (!isFirst && !this.#hasOwnTime()) this.#refused.duplicates++;
    else if (this.#isAllowed(isHistogram)) this.#append(line, 0, isHistogram);
    else cache.missed(line);
    // Behind what may fail the scrape: such a sample is not one that is left.
    this.added++;
    const ref = cache.refs[line] as SeriesRef;
    if (this.#options.storeMetadata) this.#appendMetadata(ref, this.#scrape.parser.metricName(), false);
    return ref;
  }

  #takeNew(isHistogram: boolean): SeriesRef | undefined {
    const { cache } = this.#options;
    const { parser } = this.#scrape;
    const length = parser.seriesEnd - parser.seriesStart;
    this.total++;
    const labels = this.#newLabels(isHistogram);
    if (labels === undefined) {
      cache.note(cache.add(length, LINE_KIND.dropped, NONE));
      return undefined;
    }
    const isAllowed = this.#isAllowed(isHistogram);
    if (isAllowed && this.#synthesis !== undefined && this.#isHeldBack(labels.get(METRIC_NAME))) {
      this.#holdBack(this.#synthesis, cache.add(length, LINE_KIND.series, NONE), isHistogram);
      return undefined;
    }
    const ref = isAllowed ? this.#seriesOf(labels) : undefined;
    this.added++;
    if (ref === undefined) return undefined;
    // Nothing else was looked up meanwhile.
    const line = cache.add(length, LINE_KIND.series, ref);
    cache.note(line);
    this.#synthesis?.forget(line);
    this.#append(line, SAMPLE_FLAG.isNew, isHistogram);
    if (this.#options.storeMetadata) this.#appendMetadata(ref, labels.get(METRIC_NAME), true);
    return ref;
  }

  /** The labels of a series that is not in the cache; undefined when relabelling drops it. */
  #newLabels(isHistogram: boolean): Labels | undefined {
    const { labels: options, labelLimits, nameValidation, metrics } = this.#options;
    const labels = storedLabels(this.#exposedLabels(isHistogram), options);
    if (labels === undefined) return undefined;
    checkNames(labels, nameValidation);
    const fault = labelLimitFault(labels, labelLimits);
    if (fault === undefined) return labels;
    metrics.exceededLabelLimits.inc();
    throw new ScrapeError(fault);
  }

  #exposedLabels(isHistogram: boolean): Labels {
    const { parser } = this.#scrape;
    const { metricType } = parser;
    if (!this.#options.typeAndUnitLabels) return parser.labels();
    // One that was made of classic buckets comes when the next family has begun.
    const type = isHistogram && metricType !== 'gaugehistogram' ? 'histogram' : metricType;
    return withTypeAndUnit(parser.labels(), type, this.unit);
  }

  /** Hands on what was said of the series' family, where that is news. */
  #appendMetadata(ref: SeriesRef, metricName: string, isNewSeries: boolean): void {
    const { metadata: known, cache } = this.#options;
    const told = known.entry(this.#familyEntry, cache.iteration);
    if (told === undefined || !(isNewSeries || told.isNew)) return;
    const { metricFamily, type, unit, help } = told.metadata;
    if (isPartOfFamily(metricName, metricFamily, type))
      this.#scrape.appender.metadata(ref, { type, unit, help });
    else this.#familyEntry = NONE;
  }

  /** Undefined for labels that the storage cannot keep; the other series of the target are not to blame for them. */
  #seriesOf(labels: Labels): SeriesRef | undefined {
    try {
      return this.#scrape.appender.series(labels);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'INVALID_LABELS') throw error;
      this.#refused.noteLabels(error.message);
      return undefined;
    }
  }

  #hasOwnTime(): boolean {
    return this.#options.honorTimestamps && this.#scrape.parser.hasTimestamp;
  }

  #timeMs(): number {
    return this.#hasOwnTime() ? this.#scrape.parser.timestampMs : this.#scrape.timestampMs;
  }

  /** Whether the limits let the present sample pass. Of a histogram, what is left of it then stands ready. */
  #isAllowed(isHistogram: boolean): boolean {
    const { sampleLimit, histogramLimits } = this.#options;
    if (isHistogram) {
      const parsed = this.#scrape.parser.histogram();
      const histogram = limitedHistogram(parsed, histogramLimits);
      if (histogram === undefined) {
        this.#bucketLimitExceeded = true;
        return false;
      }
      this.#histogram = { histogram, integer: parsed.integer };
    }
    if (sampleLimit > 0 && ++this.#counted > sampleLimit) {
      this.#limitExceeded = true;
      return false;
    }
    if (this.#timeMs() <= this.#scrape.nowMs + MAX_AHEAD_MS) return true;
    this.#refused.noteOutOfBounds();
    return false;
  }

  /** Adds the present sample to the series of a line. */
  #append(line: number, newness: number, isHistogram: boolean): void {
    const isTracked = !this.#hasOwnTime() || this.#options.trackTimestampsStaleness;
    const isCounted = newness !== 0 && !this.#limitExceeded && !this.#bucketLimitExceeded;
    const flags = newness | (isTracked ? SAMPLE_FLAG.isTracked : 0) | (isCounted ? SAMPLE_FLAG.isCounted : 0);
    if (this.#usesStarts && !this.#start(line, newness, isHistogram)) return;
    if (this.#scrape.parser.isLineBased) this.#push(line, flags);
    else this.#appendNow(line, flags, isHistogram);
  }

  /** Does what is to be done with the present sample's start. False where the sample is not to be stored. */
  #start(line: number, newness: number, isHistogram: boolean): boolean {
    this.#startMs = this.#toldStartMs();
    if (this.#options.starts.zeros) this.#appendStart(line, newness, isHistogram);
    return this.#synthesis === undefined || this.#synthesize(this.#synthesis, line, isHistogram);
  }

  /** What the target tells of the present sample's start; 0 where that is nothing, or of no interest. */
  #toldStartMs(): number {
    const { zeros, stored } = this.#options.starts;
    return zeros || stored ? this.#scrape.parser.startTimestampMs() : 0;
  }

  /** Whether the first sample of a series goes to the synthesis of its start instead of the storage. */
  #isHeldBack(metricName: string): boolean {
    return this.#toldStartMs() === 0 && this.#isCumulative(metricName);
  }

  /** Notes the first sample of a line that was not there; the storage gets the series with its second. */
  #holdBack(synthesis: StartSynthesis, line: number, isHistogram: boolean): void {
    this.#options.cache.note(line);
    synthesis.forget(line);
    if (isHistogram) synthesis.histogram(line, this.#histogram, this.#timeMs());
    else synthesis.float(line, this.#scrape.parser.value, this.#timeMs());
    this.added++;
    if (!this.#limitExceeded && !this.#bucketLimitExceeded) this.seriesAdded++;
  }

  /** Gives a line whose first sample was held back its series; false where that cannot be. */
  #makeSeries(line: number, isHistogram: boolean): boolean {
    const labels = this.#newLabels(isHistogram);
    const ref = labels && this.#seriesOf(labels);
    if (ref === undefined) return false;
    this.#options.cache.refs[line] = ref;
    return true;
  }

  #isCumulative(metricName: string): boolean {
    const { metadata: known, cache } = this.#options;
    const told = known.entry(this.#familyEntry, cache.iteration)?.metadata;
    if (told === undefined || (told.type !== 'counter' && told.type !== 'histogram')) return false;
    return isPartOfFamily(metricName, told.metricFamily, told.type);
  }

  /** Makes up a start for the present sample if it needs one. False where the sample is not to be stored. */
  #synthesize(synthesis: StartSynthesis, line: number, isHistogram: boolean): boolean {
    this.#adjusted = undefined;
    if (this.#startMs !== 0) {
      synthesis.forget(line);
      return true;
    }
    const { parser } = this.#scrape;
    if (!synthesis.has(line) && !this.#isCumulative(parser.metricName())) return true;
    if (isHistogram) {
      const made = synthesis.histogram(line, this.#histogram, this.#timeMs());
      if (made === undefined) return false;
      this.#histogram = made.sample;
      this.#startMs = made.startMs;
    } else {
      const made = synthesis.float(line, parser.value, this.#timeMs());
      if (made === undefined) return false;
      this.#adjusted = made.sample;
      this.#startMs = made.startMs;
    }
    return true;
  }

  /** Adds what the counter or histogram was when it began to count. */
  #appendStart(line: number, newness: number, isHistogram: boolean): void {
    const { appender } = this.#scrape;
    const ref = this.#options.cache.refs[line] as SeriesRef;
    const startMs = this.#startMs;
    const timestampMs = this.#timeMs();
    if (startMs === 0 || startMs >= timestampMs) return;
    if (!isHistogram) appender.startZero(ref, timestampMs, startMs);
    else if (newness !== 0 || startMs > this.#lastTimestampMs) {
      const { histogram, integer } = this.#histogram;
      appender.histogram(ref, startMs, startHistogram(histogram), integer);
    }
  }

  /** Adds one sample by itself, after the series has been looked up anew where the storage has let go of it. */
  #appendNow(line: number, flags: number, isHistogram: boolean): void {
    const { cache, labels: options } = this.#options;
    let outcome = this.#send(cache.refs[line] as SeriesRef, isHistogram);
    if (outcome === APPEND_OUTCOME.unknownSeries) {
      const labels = storedLabels(this.#exposedLabels(isHistogram), options);
      if (labels !== undefined) {
        const found = this.#scrape.appender.series(labels);
        cache.refs[line] = found;
        outcome = this.#send(found, isHistogram);
      }
    }
    this.#settle(line, flags, outcome);
  }

  #send(ref: SeriesRef, isHistogram: boolean): AppendOutcome {
    const { appender, parser } = this.#scrape;
    const startMs = this.#options.starts.stored ? this.#startMs : 0;
    if (!isHistogram) return appender.float(ref, this.#timeMs(), this.#adjusted ?? parser.value, startMs);
    const { histogram, integer } = this.#histogram;
    return appender.histogram(ref, this.#timeMs(), histogram, integer, startMs);
  }

  #push(line: number, flags: number): void {
    const { batch, cache } = this.#options;
    const { parser } = this.#scrape;
    const i = batch.count++;
    batch.refs[i] = cache.refs[line]!;
    batch.values[i] = parser.value;
    if (this.#usesStarts) {
      if (this.#adjusted !== undefined) batch.values[i] = this.#adjusted;
      batch.startTimestampsMs[i] = this.#startMs;
    }
    batch.timestampsMs[i] = this.#timeMs();
    batch.lines[i] = line;
    batch.starts[i] = parser.seriesStart;
    batch.types[i] = parser.metricType;
    batch.units[i] = this.unit;
    batch.flags[i] = flags;
  }

  /** Hands on the samples that wait in the batch. */
  flush(): void {
    const { batch } = this.#options;
    if (batch.count === 0) return;
    batch.append(this.#scrape.appender, this.#options.starts.stored);
    const { count } = batch;
    // Emptied first: what is thrown below ends the scrape, and others use the batch after it.
    batch.count = 0;
    for (let i = 0; i < count; i++) {
      let outcome = batch.outcomes[i]!;
      if (outcome === APPEND_OUTCOME.unknownSeries) outcome = this.#appendAnew(i);
      this.#settle(batch.lines[i]!, batch.flags[i]!, outcome);
    }
  }

  #settle(line: number, flags: number, outcome: number): void {
    const { cache } = this.#options;
    const isNew = (flags & SAMPLE_FLAG.isNew) !== 0;
    if (outcome === APPEND_OUTCOME.accepted) {
      if ((flags & SAMPLE_FLAG.isTracked) !== 0) cache.markLive(line);
      if ((flags & SAMPLE_FLAG.isCounted) !== 0) this.seriesAdded++;
      return;
    }
    this.#synthesis?.forget(line);
    if (isNew) cache.remove(line);
    this.#refused.note(outcome);
  }

  /** The storage has let go of the series meanwhile: reads its labels again. */
  #appendAnew(i: number): number {
    const { batch, cache, labels: options, typeAndUnitLabels, starts } = this.#options;
    const { format, appender } = this.#scrape;
    const line = batch.lines[i]!;
    const start = batch.starts[i]!;
    const series = this.#scrape.parser.bytes.subarray(start, start + cache.lengths[line]!);
    const parser = createParser(format);
    parser.reset(Buffer.concat([series, Buffer.from(' 0\n')]), series.length + 3);
    const type = (parser.metricType = batch.types[i]!);
    if (parser.next() !== ENTRY.series) return APPEND_OUTCOME.unknownSeries;
    const exposed = parser.labels();
    const labels = storedLabels(
      typeAndUnitLabels ? withTypeAndUnit(exposed, type, batch.units[i]!) : exposed,
      options,
    );
    if (labels === undefined) return APPEND_OUTCOME.unknownSeries;
    const ref = appender.series(labels);
    cache.refs[line] = ref;
    const startMs = starts.stored ? batch.startTimestampsMs[i] : 0;
    return appender.float(ref, batch.timestampsMs[i]!, batch.values[i]!, startMs);
  }
}
