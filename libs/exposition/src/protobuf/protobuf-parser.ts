import { MalformedMessageError, WireReader } from '@narthex/bytes';
import { type Labels, METRIC_NAME, type MetricType } from '@narthex/model';
import { ClassicHistogram } from '../classic-histogram.js';
import { ExpositionError } from '../errors.js';
import { openMetricsFloat } from '../number-text.js';
import { type ParsedHistogram } from '../parsed-histogram.js';
import { ENTRY, type Entry, type MessageExpositionParser, type ParserOptions } from '../parser.js';
import { decodeText, type ParsedExemplar, sortedLabels } from '../series-labels.js';
import { FamilyMessage, type TextPosition } from './family-message.js';
import { MetricMessage } from './metric-message.js';
import { SeriesKey } from './series-key.js';

/** What of a metric is the present entry. Buckets and quantiles are told apart by their index. */
const PART = { whole: 0, count: 1, sum: 2, bucket: 3, quantile: 4 } as const;
type Part = (typeof PART)[keyof typeof PART];
const SUFFIXES: Readonly<Record<Part, string>> = {
  [PART.whole]: '',
  [PART.count]: '_count',
  [PART.sum]: '_sum',
  [PART.bucket]: '_bucket',
  [PART.quantile]: '',
};
type MetadataEntry = typeof ENTRY.help | typeof ENTRY.unit | typeof ENTRY.type;
const NO_TEXT: TextPosition = [0, 0];
const NOTHING = new WireReader(Buffer.alloc(0));

/**
 * Parses the protobuf format: delimited `io.prometheus.client.MetricFamily` messages
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format). Families and metrics are read one
 * after the other; labels and exemplars only when asked for.
 */
export class ProtobufParser implements MessageExpositionParser {
  readonly isLineBased = false;
  readonly seriesStart = 0;
  value = 0;
  timestampMs = 0;
  metricType: MetricType = 'unknown';
  readonly #options: ParserOptions;
  readonly #key = new SeriesKey();
  readonly #family = new FamilyMessage();
  readonly #metric = new MetricMessage();
  readonly #classic = new ClassicHistogram();
  #reader = NOTHING;
  #entry: Entry = ENTRY.end;
  /** Of the metrics of the family: which is the present one. */
  #index = 0;
  #part: Part = PART.whole;
  #bucket = 0;
  #bound = 0;
  #isNative = false;
  /** Whether the classic series of the histogram follow. */
  #hasClassic = false;
  #converted: ParsedHistogram | undefined;
  #text: TextPosition = NO_TEXT;

  constructor(options: ParserOptions = {}) {
    this.#options = options;
  }

  get bytes(): Uint8Array {
    return this.#key.bytes;
  }

  get seriesEnd(): number {
    return this.#key.length;
  }

  get hasTimestamp(): boolean {
    // Absent and zero cannot be told apart.
    return this.timestampMs !== 0;
  }

  reset(bytes: Uint8Array, length: number): void {
    this.#reader = new WireReader(Buffer.from(bytes.buffer, bytes.byteOffset, length));
    this.#family.end = 0;
    this.#entry = ENTRY.end;
    this.metricType = 'unknown';
  }

  next(): Entry {
    try {
      this.#entry = this.#next();
    } catch (error) {
      rethrow(error);
    }
    return this.#entry;
  }

  histogram(): ParsedHistogram {
    return this.#converted ?? this.#metric.fields.native(this.metricType === 'gaugehistogram');
  }

  labels(): Labels {
    try {
      const labels = this.#metric.labelPairs(this.#reader);
      labels.push([METRIC_NAME, this.metricName() + SUFFIXES[this.#part]]);
      if (this.#part === PART.bucket) labels.push(['le', openMetricsFloat(this.#bound)]);
      else if (this.#part === PART.quantile) labels.push(['quantile', openMetricsFloat(this.#bound)]);
      return sortedLabels(labels);
    } catch (error) {
      rethrow(error);
    }
  }

  exemplars(): readonly ParsedExemplar[] {
    try {
      if (this.metricType === 'counter') return this.#metric.counterExemplars(this.#reader);
      if (this.#entry === ENTRY.histogram) return this.#metric.fields.nativeExemplars(this.#reader);
      if (this.#part !== PART.bucket) return [];
      return this.#metric.fields.bucketExemplars(this.#reader, this.#bucket);
    } catch (error) {
      rethrow(error);
    }
  }

  startTimestampMs(): number {
    return this.#options.startTimestamps === true ? this.#metric.startTimestampMs : 0;
  }

  metricName(): string {
    return decodeText(this.#reader.bytes, ...this.#family.name);
  }

  text(): string {
    return decodeText(this.#reader.bytes, ...this.#text);
  }

  #next(): Entry {
    switch (this.#entry) {
      case ENTRY.help:
        return this.#metadata(this.#family.unit[0] < this.#family.unit[1] ? ENTRY.unit : ENTRY.type);
      case ENTRY.unit:
        return this.#metadata(ENTRY.type);
      case ENTRY.type:
        return this.#firstPart() ?? this.#nextMetric();
      case ENTRY.end:
        return this.#nextFamily();
      default:
        return this.#nextPart() ?? this.#nextMetric();
    }
  }

  /** Goes to the next family that has metrics. */
  #nextFamily(): Entry {
    const family = this.#family;
    do if (!family.read(this.#reader, family.end)) return ENTRY.end;
    while (family.metrics.length === 0);
    family.check(this.#reader.bytes);
    this.metricType = family.type;
    this.#index = 0;
    this.#readMetric();
    // The first metric decides for all of the family.
    this.#isNative = this.#options.nativeHistograms === true && this.#metric.fields.isNative;
    return this.#metadata(ENTRY.help);
  }

  #metadata(entry: MetadataEntry): Entry {
    const { name, help, unit } = this.#family;
    this.#text = entry === ENTRY.help ? help : entry === ENTRY.unit ? unit : NO_TEXT;
    const { bytes } = this.#reader;
    this.#key.setMetadata(entry, this.#family.type, bytes, name, this.#text);
    return entry;
  }

  #nextMetric(): Entry {
    while (++this.#index < this.#family.metrics.length / 2) {
      this.#readMetric();
      const entry = this.#firstPart();
      if (entry !== undefined) return entry;
    }
    return this.#nextFamily();
  }

  #readMetric(): void {
    const { metrics, type } = this.#family;
    this.#metric.read(this.#reader, metrics[2 * this.#index]!, metrics[2 * this.#index + 1]!, type);
    this.timestampMs = this.#metric.timestampMs;
  }

  /** The first entry of the present metric; undefined when it has none. */
  #firstPart(): Entry | undefined {
    this.#nameMetric();
    switch (this.metricType) {
      case 'summary':
        return this.#series(PART.count, this.#metric.fields.count);
      case 'histogram':
      case 'gaugehistogram':
        return this.#firstOfHistogram();
      default:
        return this.#series(PART.whole, this.#metric.value);
    }
  }

  #firstOfHistogram(): Entry | undefined {
    const { fields } = this.#metric;
    const { keepClassicHistograms: keepsClassic = false, convertClassicHistograms = false } = this.#options;
    this.#converted = undefined;
    if (this.#isNative) {
      this.#hasClassic = keepsClassic && fields.bounds.length > 0;
    } else {
      if (!convertClassicHistograms) return this.#series(PART.count, fields.count);
      this.#hasClassic = keepsClassic;
      this.#converted = this.#convert();
      if (this.#converted === undefined) {
        return keepsClassic ? this.#series(PART.count, fields.count) : undefined;
      }
    }
    this.#part = PART.whole;
    this.#key.setSeries(PART.whole, 0);
    return ENTRY.histogram;
  }

  #convert(): ParsedHistogram | undefined {
    const { count, sum, bounds, values } = this.#metric.fields;
    const classic = this.#classic;
    classic.clear();
    classic.setCount(count);
    classic.setSum(sum);
    for (let i = 0; i < bounds.length; i++) classic.addBucket(bounds[i]!, values[i]!);
    return classic.take(this.metricType === 'gaugehistogram');
  }

  /** What comes behind the present entry in its metric; undefined when it was the last. */
  #nextPart(): Entry | undefined {
    const { fields } = this.#metric;
    if (this.#entry === ENTRY.histogram) {
      return this.#hasClassic ? this.#series(PART.count, fields.count) : undefined;
    }
    switch (this.#part) {
      case PART.count:
        return this.#series(PART.sum, fields.sum);
      case PART.sum:
        return this.#bucketAt(0);
      case PART.bucket:
        // What is behind the last bucket of all does not count.
        return this.#bound === Infinity ? undefined : this.#bucketAt(this.#bucket + 1);
      case PART.quantile:
        return this.#bucketAt(this.#bucket + 1);
      default:
        return undefined;
    }
  }

  #bucketAt(index: number): Entry | undefined {
    const { bounds, values, count } = this.#metric.fields;
    const isSummary = this.metricType === 'summary';
    if (isSummary && index >= bounds.length) return undefined;
    this.#bucket = index;
    this.#bound = bounds[index] ?? Infinity;
    return this.#series(isSummary ? PART.quantile : PART.bucket, values[index] ?? count);
  }

  #series(part: Part, value: number): Entry {
    this.#part = part;
    this.value = value;
    this.#key.setSeries(part, part === PART.bucket || part === PART.quantile ? this.#bound : 0);
    return ENTRY.series;
  }

  #nameMetric(): void {
    const { bytes } = this.#reader;
    const { labels, labelCount } = this.#metric;
    const { name } = this.#family;
    this.#key.startMetric(bytes, name[0], name[1]);
    for (let i = 0; i < 2 * labelCount; i += 2) this.#key.addLabel(bytes, labels[i]!, labels[i + 1]!);
  }
}

/** Malformed messages are what is wrong with the exposition. */
function rethrow(error: unknown): never {
  if (!(error instanceof MalformedMessageError)) throw error;
  throw new ExpositionError(error.message, { cause: error });
}
