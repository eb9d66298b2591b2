import { Labels, METRIC_NAME, type MetricType, NumberError, parseFloatGo } from '@narthex/model';
import { ClassicHistogram } from './classic-histogram.js';
import { OpenMetricsParser } from './openmetrics-parser.js';
import { type ParsedHistogram } from './parsed-histogram.js';
import {
  ENTRY,
  type Entry,
  type LineExpositionParser,
  type MessageExpositionParser,
  type ParserOptions,
} from './parser.js';
import { type ParsedExemplar } from './series-labels.js';

const SUFFIXES = ['_bucket', '_sum', '_count'] as const;
type Suffix = (typeof SUFFIXES)[number];
const BUCKET_BOUND = 'le';
/** No line begins with it, so that keys of converted histograms and of lines never meet. */
const CONVERTED = 0xfd;
/** No entry stands back. */
const NONE = -1;

/** The classic histogram whose series are being gathered, or that is the present entry. */
interface Gathered {
  readonly labels: Labels;
  readonly exemplars: ParsedExemplar[];
  readonly startTimestampMs: number;
  hasTimestamp: boolean;
  timestampMs: number;
}

/** One series of a classic histogram. */
interface ClassicSeries {
  readonly suffix: Suffix;
  /** Of a bucket. */
  readonly bound: number;
  /** The labels of the histogram. */
  readonly labels: Labels;
}

/**
 * Makes native histograms with custom buckets of the classic ones that lines tell, as `convert_classic_histograms_to_nhcb`
 * asks for. The series of a histogram have to follow one another; when something else comes, the histogram is told
 * first. Series that do not make a histogram are left out.
 */
export class ConvertingParser implements MessageExpositionParser {
  readonly isLineBased = false;
  readonly #inner: LineExpositionParser;
  readonly #keepsClassic: boolean;
  readonly #classic = new ClassicHistogram();
  readonly #encoder = new TextEncoder();
  /** The metric that the last TYPE line was about, if it is a histogram. */
  #family: string | undefined;
  #lineStart = 0;
  /** What the inner parser has come to, where that is a series of a classic histogram. */
  #series: ClassicSeries | undefined;
  #gathering: Gathered | undefined;
  /** What the inner parser has come to while a histogram is told before it. */
  #waiting: Entry | typeof NONE = NONE;
  #told: Gathered | undefined;
  #histogram: ParsedHistogram | undefined;
  #entry: Entry = ENTRY.end;
  #key: Uint8Array = new Uint8Array(0);

  constructor(inner: LineExpositionParser, { keepClassicHistograms = false }: ParserOptions) {
    this.#inner = inner;
    this.#keepsClassic = keepClassicHistograms;
  }

  get bytes(): Uint8Array {
    return this.#told === undefined ? this.#inner.bytes : this.#key;
  }

  get seriesStart(): number {
    if (this.#told !== undefined) return 0;
    return this.#entry === ENTRY.series ? this.#inner.seriesStart : this.#lineStart;
  }

  get seriesEnd(): number {
    if (this.#told !== undefined) return this.#key.length;
    return this.#entry === ENTRY.series ? this.#inner.seriesEnd : this.#inner.position - 1;
  }

  get value(): number {
    return this.#inner.value;
  }

  get hasTimestamp(): boolean {
    return (this.#told ?? this.#inner).hasTimestamp;
  }

  get timestampMs(): number {
    return (this.#told ?? this.#inner).timestampMs;
  }

  get metricType(): MetricType {
    return this.#inner.metricType;
  }

  set metricType(type: MetricType) {
    this.#inner.metricType = type;
  }

  reset(bytes: Uint8Array, length: number): void {
    this.#inner.reset(bytes, length);
    this.#family = this.#gathering = this.#told = undefined;
    this.#waiting = NONE;
    this.#classic.clear();
  }

  next(): Entry {
    this.#told = undefined;
    do this.#entry = this.#waiting === NONE ? this.#nextOfInner() : this.#resume(this.#waiting);
    while (this.#entry === ENTRY.series && this.#isGathered() && !this.#keepsClassic);
    return this.#entry;
  }

  histogram(): ParsedHistogram {
    if (this.#told === undefined || this.#histogram === undefined)
      throw new Error('the present entry is no histogram');
    return this.#histogram;
  }

  labels(): Labels {
    return this.#told?.labels ?? this.#inner.labels();
  }

  exemplars(): readonly ParsedExemplar[] {
    if (this.#told !== undefined) return this.#told.exemplars.filter(({ hasTimestamp }) => hasTimestamp);
    // Those of classic series go to the histogram.
    return this.#series === undefined ? this.#inner.exemplars() : [];
  }

  startTimestampMs(): number {
    return this.#told?.startTimestampMs ?? this.#inner.startTimestampMs();
  }

  metricName(): string {
    return this.#inner.metricName();
  }

  text(): string {
    return this.#inner.text();
  }

  #nextOfInner(): Entry {
    this.#lineStart = this.#inner.position;
    const entry = this.#inner.next();
    this.#series = entry === ENTRY.series ? this.#classicSeries() : undefined;
    return this.#gathering !== undefined && this.#isBehind() && this.#tell(entry)
      ? ENTRY.histogram
      : this.#resume(entry);
  }

  /** Goes on with what the inner parser has come to. */
  #resume(entry: Entry): Entry {
    this.#waiting = NONE;
    if (entry === ENTRY.type) {
      this.#family = this.metricType === 'histogram' ? this.metricName() : undefined;
    }
    return entry;
  }

  /** Whether what the inner parser has come to does not belong to the histogram that is being gathered. */
  #isBehind(): boolean {
    return this.#series?.labels.key !== this.#gathering!.labels.key;
  }

  /** Ends the gathering. True when it made a histogram, which is the present entry then. */
  #tell(entry: Entry): boolean {
    const gathered = this.#gathering!;
    this.#gathering = undefined;
    this.#histogram = this.#classic.take(false);
    if (this.#histogram === undefined) return false;
    this.#told = gathered;
    this.#waiting = entry;
    const name = this.#encoder.encode(gathered.labels.key);
    this.#key = new Uint8Array(name.length + 1);
    this.#key[0] = CONVERTED;
    this.#key.set(name, 1);
    return true;
  }

  /** Gathers the present series, where it is one of a classic histogram. */
  #isGathered(): boolean {
    const series = this.#series;
    if (series === undefined) return false;
    const { value, hasTimestamp, timestampMs } = this.#inner;
    // Upstream looks for the start time here, which makes it pass over such series from now on.
    if (this.#inner instanceof OpenMetricsParser) this.#inner.skipsCreated = true;
    const gathered = (this.#gathering ??= {
      labels: series.labels,
      exemplars: [],
      startTimestampMs: this.#inner.startTimestampMs(),
      hasTimestamp,
      timestampMs,
    });
    gathered.hasTimestamp = hasTimestamp;
    gathered.timestampMs = timestampMs;
    gathered.exemplars.push(...this.#inner.exemplars());
    if (series.suffix === '_bucket') this.#classic.addBucket(series.bound, value);
    else if (series.suffix === '_sum') this.#classic.setSum(value);
    else this.#classic.setCount(value);
    return true;
  }

  #classicSeries(): ClassicSeries | undefined {
    const family = this.#family;
    if (family === undefined) return undefined;
    const name = this.#inner.metricName();
    const suffix = SUFFIXES.find((ending) => name.endsWith(ending));
    if (suffix === undefined || name.slice(0, -suffix.length) !== family) return undefined;
    const own = this.#inner.labels();
    const bound = suffix === '_bucket' ? boundOf(own.get(BUCKET_BOUND)) : 0;
    if (Number.isNaN(bound)) return undefined;
    const pairs = [...own].filter(([label]) => label !== METRIC_NAME && label !== BUCKET_BOUND);
    return { suffix, bound, labels: Labels.of([[METRIC_NAME, family], ...pairs]) };
  }
}

/** NaN where the text is no number. */
function boundOf(text: string): number {
  try {
    return parseFloatGo(text);
  } catch (error) {
    if (error instanceof NumberError) return NaN;
    throw error;
  }
}
