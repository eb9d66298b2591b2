import { ENTRY, type Entry, OpenMetricsParser } from '@narthex/exposition';
import { type MetricType } from '@narthex/model';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { errorText, ToolError } from '../errors.js';

const SLICE_BYTES = 1 << 20;
const NEWLINE = 0x0a;
/** Ends a slice that is not the file's last for the parser. */
const END_MARK = Buffer.from('# EOF\n');

/** A run of whole lines. */
interface Slice {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly isLast: boolean;
  /** What the last TYPE line before it said. */
  readonly metricType: MetricType;
  /** Of its samples; Infinity and -Infinity where it has none. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** Called for each sample; the parser stands at it. */
export type SampleVisitor = (parser: OpenMetricsParser) => void;

/**
 * An OpenMetrics file, read a slice of about 1 MiB at a time, so that files of any size take the same memory. Which
 * times a slice holds is noted the first time, so that a range of times is found again without reading everything.
 */
export class OpenMetricsFile {
  readonly #descriptor: number;
  readonly #sizeBytes: number;
  readonly #parser = new OpenMetricsParser();
  #buffer = Buffer.allocUnsafe(SLICE_BYTES + END_MARK.length);
  #slices: readonly Slice[] = [];

  private constructor(descriptor: number, sizeBytes: number) {
    this.#descriptor = descriptor;
    this.#sizeBytes = sizeBytes;
  }

  /** @throws ToolError, or the file system's error */
  static open(path: string): OpenMetricsFile {
    const stat = statSync(path);
    // Upstream maps the file into memory, and these are what it cannot map.
    if (stat.isDirectory()) throw new ToolError(`mmap, size ${stat.size}: no such device`);
    const descriptor = openSync(path, 'r');
    const { size } = fstatSync(descriptor);
    if (size === 0) {
      closeSync(descriptor);
      throw new ToolError('mmap, size 0: invalid argument');
    }
    return new OpenMetricsFile(descriptor, size);
  }

  /**
   * Reads the whole file once. The first and the last time of its samples; both 0 where it has none.
   * @throws ToolError where a line is broken or has no time
   */
  async scan(): Promise<{ readonly minTimeMs: number; readonly maxTimeMs: number }> {
    const slices: Slice[] = [];
    let metricType: MetricType = 'unknown';
    for (let offset = 0; offset < this.#sizeBytes;) {
      const slice = { offset, metricType, ...this.#sizeAt(offset) };
      let [minTimeMs, maxTimeMs] = [Infinity, -Infinity];
      this.#parse(slice, ({ hasTimestamp, timestampMs }) => {
        if (!hasTimestamp) throw new ToolError('expected timestamp for series got none');
        if (timestampMs < minTimeMs) minTimeMs = timestampMs;
        if (timestampMs > maxTimeMs) maxTimeMs = timestampMs;
      });
      slices.push({ ...slice, minTimeMs, maxTimeMs });
      ({ metricType } = this.#parser);
      offset += slice.sizeBytes;
      await setImmediate();
    }
    this.#slices = slices;
    const times = slices.filter(({ maxTimeMs }) => maxTimeMs !== -Infinity);
    if (times.length === 0) return { minTimeMs: 0, maxTimeMs: 0 };
    return {
      minTimeMs: times.reduce((least, slice) => Math.min(least, slice.minTimeMs), Infinity),
      maxTimeMs: times.reduce((most, slice) => Math.max(most, slice.maxTimeMs), -Infinity),
    };
  }

  /**
   * Visits the samples from one time up to, and without, another, in the order of the file; what the visitor returns
   * is waited for after each slice. Returns the first time of those behind, Infinity where there is none.
   */
  async visit(
    fromMs: number,
    toMs: number,
    visitor: SampleVisitor,
    settle: () => Promise<void>,
  ): Promise<number> {
    let nextMs = Infinity;
    for (const slice of this.#slices) {
      if (slice.maxTimeMs < fromMs) continue;
      if (slice.minTimeMs >= toMs) {
        nextMs = Math.min(nextMs, slice.minTimeMs);
        continue;
      }
      this.#parse(slice, (parser) => {
        const { timestampMs } = parser;
        if (timestampMs < fromMs) return;
        if (timestampMs < toMs) visitor(parser);
        else if (timestampMs < nextMs) nextMs = timestampMs;
      });
      await settle();
    }
    return nextMs;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Whole lines from a place on, or all that is left. */
  #sizeAt(offset: number): Pick<Slice, 'sizeBytes' | 'isLast'> {
    for (let want = SLICE_BYTES; ; want *= 2) {
      const left = this.#sizeBytes - offset;
      if (left <= want) return { sizeBytes: left, isLast: true };
      const length = this.#read(offset, want);
      const sizeBytes = this.#buffer.lastIndexOf(NEWLINE, length - 1) + 1;
      if (sizeBytes > 0) return { sizeBytes, isLast: false };
    }
  }

  #read(offset: number, sizeBytes: number): number {
    if (this.#buffer.length < sizeBytes + END_MARK.length) {
      this.#buffer = Buffer.allocUnsafe(sizeBytes + END_MARK.length);
    }
    let length = 0;
    while (length < sizeBytes) {
      const read = readSync(this.#descriptor, this.#buffer, length, sizeBytes - length, offset + length);
      if (read === 0) break;
      length += read;
    }
    return length;
  }

  #parse(slice: Omit<Slice, 'minTimeMs' | 'maxTimeMs'>, visitor: SampleVisitor): void {
    const parser = this.#parser;
    let length = this.#read(slice.offset, slice.sizeBytes);
    if (!slice.isLast) length += END_MARK.copy(this.#buffer, length);
    parser.reset(this.#buffer, length);
    parser.metricType = slice.metricType;
    for (let entry = this.#next(); entry !== ENTRY.end; entry = this.#next()) {
      if (entry === ENTRY.series) visitor(parser);
    }
  }

  #next(): Entry {
    try {
      return this.#parser.next();
    } catch (cause) {
      throw new ToolError(`next: ${errorText(cause)}`, { cause });
    }
  }
}
