import { describe, expect, test } from '@jest/globals';
import { BitWriter, isStaleNaN, STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, histogramsEqual, type NativeHistogram } from '@narthex/model';
import fc from 'fast-check';
import { ChunkError } from './errors.js';
import { HistogramChunk, resumeHistogramChunk } from './histogram-chunk.js';
import { HistogramEncoder } from './histogram-encoder.js';
import { RESET_HEADER } from './histogram-header.js';
import { chunkSampleCount, openChunk, setSampleCount } from './open-chunk.js';
import { writeVarbit } from './varbit.js';
import { MAX_XOR2_SAMPLE_BYTES, XOR2_STARTS_AT, Xor2Appender } from './xor2-appender.js';

/*
 * No program at hand writes encodings 4, 5 and 6. These writers follow the format step by step, in bits as text, and
 * the encoders are held to them bit by bit.
 */

interface FloatSample {
  readonly timestampMs: number;
  readonly startMs: number;
  readonly value: number | 'stale';
}

const binary = (value: bigint | number, width: number): string =>
  BigInt.asUintN(width, BigInt(value)).toString(2).padStart(width, '0');

function varint(value: number): string {
  const doubled = BigInt(value) * 2n;
  let left = value < 0 ? -doubled - 1n : doubled;
  let bits = '';
  for (; left > 0x7fn; left >>= 7n) bits += `1${binary(left & 0x7fn, 7)}`;
  return bits + binary(left, 8);
}

function uvarint(value: number): string {
  let left = BigInt(value);
  let bits = '';
  for (; left > 0x7fn; left >>= 7n) bits += `1${binary(left & 0x7fn, 7)}`;
  return bits + binary(left, 8);
}

function varbit(value: number): string {
  if (value === 0) return '0';
  const widths = [3, 6, 9, 12, 18, 25, 56];
  const at = widths.findIndex((width) => value > -(2 ** (width - 1)) && value <= 2 ** (width - 1));
  return `${'1'.repeat(at + 1)}0${binary(value, widths[at]!)}`;
}

function bytesOf(bits: string): Uint8Array {
  const padded = bits.padEnd(8 * Math.ceil(bits.length / 8), '0');
  return Uint8Array.from({ length: padded.length / 8 }, (_, i) =>
    parseInt(padded.slice(8 * i, 8 * i + 8), 2),
  );
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** Start timestamps of the samples of a chunk: what stands behind each, and the header. */
class StartWriter {
  header = 0;
  #before = 0;
  #distance = 0;

  next(
    at: number,
    timestampMs: number,
    beforeMs: number,
    startMs: number,
  ): { plain?: number; changed?: number } {
    const before = this.#before;
    this.#before = startMs;
    if (at === 0) {
      if (startMs === 0) return {};
      this.header |= 0x80;
      return { plain: timestampMs - startMs };
    }
    const distance = beforeMs - startMs;
    if ((this.header & 0x7f) > 0) {
      const changed = distance - this.#distance;
      this.#distance = distance;
      return { changed };
    }
    if (startMs === before && at !== 127) return {};
    this.header |= at;
    this.#distance = distance;
    return { changed: distance };
  }
}

const text = ({ plain, changed }: { plain?: number; changed?: number }): string =>
  plain !== undefined ? varint(plain) : changed !== undefined ? varbit(changed) : '';

/** An XOR2 chunk. */
function encodeXor2(samples: readonly FloatSample[]): Uint8Array {
  const starts = new StartWriter();
  let bits = '';
  let baseline = 0n;
  let [leading, trailing] = [-1, 0];
  let deltaMs = 0;
  const significant = (difference: bigint, oldWindow: string, newWindow: string): string => {
    const all = binary(difference, 64);
    const zeros = Math.min(31, all.indexOf('1'));
    const tail = 63 - all.lastIndexOf('1');
    if (leading >= 0 && zeros >= leading && tail >= trailing) {
      return oldWindow + all.slice(leading, 64 - trailing);
    }
    [leading, trailing] = [zeros, tail];
    return newWindow + binary(zeros, 5) + binary(64 - zeros - tail, 6) + all.slice(zeros, 64 - tail);
  };
  const value = (sample: FloatSample): string => {
    if (sample.value === 'stale') return '111';
    const difference = bitsOf(sample.value) ^ baseline;
    baseline = bitsOf(sample.value);
    return difference === 0n ? '0' : significant(difference, '10', '110');
  };
  samples.forEach((sample, at) => {
    const { timestampMs, startMs } = sample;
    const beforeMs = samples[at - 1]?.timestampMs ?? 0;
    if (at === 0) {
      bits +=
        varint(timestampMs) + binary(sample.value === 'stale' ? bitsOf(STALE_NAN) : bitsOf(sample.value), 64);
      if (sample.value !== 'stale') baseline = bitsOf(sample.value);
    } else if (at === 1) {
      deltaMs = timestampMs - beforeMs;
      bits += uvarint(deltaMs) + value(sample);
    } else {
      const change = timestampMs - beforeMs - deltaMs;
      deltaMs = timestampMs - beforeMs;
      if (change === 0) {
        if (sample.value === 'stale') bits += '11111';
        else {
          const difference = bitsOf(sample.value) ^ baseline;
          baseline = bitsOf(sample.value);
          bits += difference === 0n ? '0' : `10${significant(difference, '0', '1')}`;
        }
      } else {
        if (change >= -4096 && change <= 4095) bits += `110${binary(change, 13)}`;
        else if (change >= -524_288 && change <= 524_287) bits += `1110${binary(change, 20)}`;
        else bits += `11110${binary(change, 64)}`;
        bits += value(sample);
      }
    }
    bits += text(starts.next(at, timestampMs, beforeMs, startMs));
  });
  return Uint8Array.of(samples.length >>> 8, samples.length, starts.header, ...bytesOf(bits));
}

/** The same by the encoder, which goes on from its state at each sample. */
function appendXor2(samples: readonly FloatSample[]): Uint8Array {
  const bytes = new Uint8Array(3 + MAX_XOR2_SAMPLE_BYTES * samples.length).fill(0xff);
  const words = new Uint32Array(2);
  const values = new Float64Array(words.buffer);
  const appender = new Xor2Appender();
  appender.clear();
  bytes.fill(0, 0, 3);
  for (const { timestampMs, startMs, value } of samples) {
    values[0] = value === 'stale' ? STALE_NAN : value;
    appender.resumeAt(bytes, appender.bitLength);
    const headerBefore = appender.starts.header;
    const changed = appender.append(timestampMs, words[1]!, words[0]!, startMs);
    expect(changed).toBe(appender.starts.header !== headerBefore);
    if (changed) bytes[XOR2_STARTS_AT] = appender.starts.header;
  }
  setSampleCount(bytes, 0, samples.length);
  return bytes.subarray(0, appender.byteLength);
}

function readFloats(bytes: Uint8Array, count: number): FloatSample[] {
  const cursor = openChunk(4, bytes, count);
  const found: FloatSample[] = [];
  const values = new Float64Array(1);
  while (cursor.next()) {
    cursor.copyValue(new Uint32Array(values.buffer), 0);
    const value = isStaleNaN(values[0]!) ? ('stale' as const) : values[0]!;
    found.push({ timestampMs: cursor.timestampMs, startMs: cursor.startTimestampMs, value });
  }
  return found;
}

/** How start timestamps go on: as before, at the sample before, some time before, or none. */
const start = fc.constantFrom('same', 'same', 'same', 'before', 'other', 'none');

function startsOf(kinds: readonly string[], timesMs: readonly number[]): number[] {
  let startMs = 0;
  return kinds.map((kind, at) => {
    if (kind === 'before') startMs = timesMs[at - 1] ?? timesMs[at]! - 7;
    if (kind === 'other') startMs = timesMs[at]! - 5000 * (at + 1);
    if (kind === 'none') startMs = 0;
    return startMs;
  });
}

describe('XOR2 chunks', () => {
  test('bit for bit', () => {
    const bytes = encodeXor2([
      { timestampMs: 1000, startMs: 0, value: 1 },
      { timestampMs: 2000, startMs: 0, value: 1 },
      { timestampMs: 3000, startMs: 0, value: 1 },
      { timestampMs: 4000, startMs: 0, value: 'stale' },
      { timestampMs: 5001, startMs: 4000, value: 2 },
    ]);
    // Header; time and value plain; delta and no change; 0; 11111; 110 and one millisecond, new window, start.
    const expected =
      binary(5, 16) +
      binary(4, 8) +
      varint(1000) +
      binary(bitsOf(1), 64) +
      `${uvarint(1000)}0` +
      '0' +
      '11111' +
      `110${binary(1, 13)}110${binary(1, 5)}${binary(11, 6)}${'1'.repeat(11)}` +
      '0';
    expect(hex(bytes)).toBe(hex(bytesOf(expected)));
  });

  test('random samples', () => {
    const sample = fc.record({
      stepMs: fc.oneof(
        fc.constant(1000),
        fc.constant(1000),
        fc.integer({ min: 1, max: 6000 }),
        fc.nat({ max: 2 ** 40 }),
      ),
      value: fc.oneof(
        fc.constantFrom<number | 'stale'>(0, 1, 'stale'),
        fc.double({ noNaN: true }),
        fc.integer({ min: -9, max: 9 }),
      ),
      start,
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 150 }), (steps) => {
        let timestampMs = 1_700_000_000_000;
        const timesMs = steps.map(({ stepMs }) => (timestampMs += stepMs));
        const starts = startsOf(
          steps.map((step) => step.start),
          timesMs,
        );
        const samples = steps.map(({ value }, at): FloatSample => ({
          timestampMs: timesMs[at]!,
          startMs: starts[at]!,
          value,
        }));
        const bytes = encodeXor2(samples);
        expect(hex(appendXor2(samples))).toBe(hex(bytes));
        expect(chunkSampleCount(4, bytes)).toBe(samples.length);
        expect(readFloats(bytes, samples.length)).toEqual(samples);
      }),
      { numRuns: 300 },
    );
  });

  test('without a single start timestamp, beyond the 127th sample', () => {
    const samples = Array.from({ length: 200 }, (_, at): FloatSample => ({
      timestampMs: 15_000 * at,
      startMs: at < 180 ? 0 : 17,
      value: at % 5,
    }));
    const bytes = encodeXor2(samples);
    expect(hex(appendXor2(samples))).toBe(hex(bytes));
    expect(bytes[2]).toBe(127);
    expect(readFloats(bytes, 200)).toEqual(samples);
    for (let length = 0; length < 60; length++)
      expect(() => readFloats(bytes.subarray(0, length), 200)).toThrow(ChunkError);
  });
});

describe('histogram chunks with start timestamps', () => {
  const histogram = (at: number, integer: boolean): NativeHistogram => {
    const counts = [at, 2 * at, 7].map((count) => (integer ? count : count / 4));
    return {
      counterResetHint: COUNTER_RESET_HINT.unknown,
      schema: 1,
      zeroThreshold: 0.5,
      zeroCount: integer ? at : at / 2,
      count: counts.reduce((sum, count) => sum + count, 0),
      sum: at * 1.5,
      positiveSpans: [{ offset: -1, length: 2 }],
      negativeSpans: [{ offset: 4, length: 1 }],
      positiveBuckets: counts.slice(0, 2),
      negativeBuckets: counts.slice(2),
      customValues: [],
    };
  };

  test.each([
    [5, true],
    [6, false],
  ])('encoding %d', (encoding, integer) => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ stepMs: fc.integer({ min: 1, max: 60_000 }), start }), {
          minLength: 1,
          maxLength: 140,
        }),
        (steps) => {
          let timestampMs = 1_700_000_000_000;
          const timesMs = steps.map(({ stepMs }) => (timestampMs += stepMs));
          const starts = startsOf(
            steps.map((step) => step.start),
            timesMs,
          );
          const bytes = new Uint8Array(400 + 200 * steps.length);
          const bits = new BitWriter(bytes, 24);
          const encoder = new HistogramEncoder(integer);
          const writer = new StartWriter();
          timesMs.forEach((timeMs, at) => {
            encoder.write(bits, timeMs, histogram(at, integer));
            const { plain, changed } = writer.next(at, timeMs, timesMs[at - 1] ?? 0, starts[at]!);
            if (plain !== undefined) for (const bit of varint(plain)) bits.bits(Number(bit), 1);
            if (changed !== undefined) writeVarbit(bits, changed);
          });
          bytes[0] = RESET_HEADER.gauge | (steps.length >>> 8);
          bytes[1] = steps.length;
          bytes[2] = writer.header;
          const chunk = bytes.subarray(0, (bits.position + 7) >>> 3);
          expect(chunkSampleCount(encoding, chunk)).toBe(steps.length);
          const written = HistogramChunk.create(integer, RESET_HEADER.gauge, true);
          timesMs.forEach((timeMs, at) => written.write(timeMs, histogram(at, integer), starts[at]));
          expect(hex(written.bytes())).toBe(hex(chunk));
          const cursor = openChunk(encoding, chunk, steps.length);
          timesMs.forEach((timeMs, at) => {
            expect(cursor.next()).toBe(true);
            expect([cursor.timestampMs, cursor.startTimestampMs]).toEqual([timeMs, starts[at]]);
            expect(histogramsEqual(cursor.histogram(), histogram(at, integer))).toBe(true);
            expect(cursor.histogram().counterResetHint).toBe(COUNTER_RESET_HINT.gauge);
          });
          expect(cursor.next()).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('stay where a chunk is written anew in wider spans, or taken up again', () => {
    const narrow = histogram(3, true);
    const wide: NativeHistogram = {
      ...narrow,
      positiveSpans: [{ offset: -2, length: 4 }],
      positiveBuckets: [1, 4, 7, 1],
      count: narrow.count + 10,
    };
    let chunk = HistogramChunk.begin(true, 1000, narrow, undefined, 400);
    for (let at = 2; at < 6; at++) chunk = chunk.append(1000 * at, narrow, 400);
    chunk = chunk.append(6000, wide, 5999);
    const { encoder } = resumeHistogramChunk(chunk.bytes(), true, 6, true);
    expect([encoder.count, encoder.starts?.timestampMs]).toEqual([6, 5999]);
    const cursor = openChunk(5, chunk.bytes(), 6);
    const read: number[] = [];
    while (cursor.next()) read.push(cursor.startTimestampMs);
    expect(read).toEqual([400, 400, 400, 400, 400, 5999]);
    expect(histogramsEqual(cursor.histogram(), wide)).toBe(true);
  });

  test('end at as many histograms as 14 bits count', () => {
    const chunk = HistogramChunk.begin(true, 0, histogram(1, true), undefined, 0);
    let last = chunk;
    for (let at = 1; at <= 0x3fff; at++) last = last.append(at, histogram(1, true));
    expect([chunkSampleCount(5, chunk.bytes()), chunkSampleCount(5, last.bytes())]).toEqual([0x3fff, 1]);
  });
});
