import { describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DecodeKernel } from './decode-kernel.js';
import { ChunkError } from './errors.js';
import { KERNELS_BASE64 } from './kernels.generated.js';
import { MAX_SAMPLE_BYTES, XorAppender } from './xor-appender.js';
import { XorDecoder } from './xor-decoder.js';

/** Chunks that Prometheus 3.5.3 (promtool tsdb create-blocks-from) wrote, and the samples it was given. */
interface GoldenChunk {
  readonly series: string;
  readonly hex: string;
  /** Time in ms, bits of the value in hexadecimal. */
  readonly samples: readonly (readonly [number, string])[];
}
const golden = JSON.parse(
  readFileSync(join(__dirname, 'testdata/prometheus-3.5.3-xor-chunks.json'), 'utf8'),
) as GoldenChunk[];

const halves = (bits: string): [number, number] => [
  parseInt(bits.slice(0, 8), 16),
  parseInt(bits.slice(8), 16),
];
const bitsOf = (value: number): string => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
};
const bitsAt = (words: Uint32Array, index: number): string =>
  ((BigInt(words[2 * index + 1]!) << 32n) | BigInt(words[2 * index]!)).toString(16).padStart(16, '0');

type Sample = readonly [number, string];

function encode(samples: readonly Sample[], start = 0): Uint8Array {
  const bytes = new Uint8Array(start + 2 + samples.length * MAX_SAMPLE_BYTES).fill(0xee);
  const appender = new XorAppender();
  appender.create(bytes, start);
  for (const [timestampMs, bits] of samples) appender.append(timestampMs, ...halves(bits));
  return bytes.subarray(start, start + appender.byteLength);
}

function decodePlainly(bytes: Uint8Array, count: number): Sample[] {
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  const words = new Uint32Array(values.buffer);
  new XorDecoder().decode(bytes, 0, bytes.length, count, times, words, 0);
  return Array.from(times, (time, index) => [time, bitsAt(words, index)]);
}

const kernel = new DecodeKernel();

function decodeInKernel(chunks: readonly { bytes: Uint8Array; count: number }[]): Sample[] {
  kernel.begin(chunks.length);
  for (const { bytes, count } of chunks) kernel.add(bytes, 0, bytes.length, count);
  const { length, timestampsMs, values } = kernel.decode();
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * length);
  return Array.from(timestampsMs, (time, index) => [time, bitsAt(words, index)]);
}

describe.each(golden.map((chunk, index) => ({ name: `${index}: ${chunk.series}`, ...chunk })))(
  'golden $name',
  (chunk) => {
    const bytes = new Uint8Array(Buffer.from(chunk.hex, 'hex'));

    test('is written byte for byte', () => {
      expect(Buffer.from(encode(chunk.samples)).toString('hex')).toBe(chunk.hex);
    });

    test('is read in TypeScript and in the kernel', () => {
      expect(decodePlainly(bytes, chunk.samples.length)).toEqual(chunk.samples);
      expect(decodeInKernel([{ bytes, count: chunk.samples.length }])).toEqual(chunk.samples);
    });
  },
);

describe('kernel', () => {
  test('is what its source compiles to', () => {
    const script =
      "import('./build-kernels.mjs').then(async (m) => process.stdout.write((await m.compileKernels()).toString('base64')))";
    const compiled = execFileSync(process.execPath, ['-e', script], {
      cwd: join(__dirname, '..'),
      encoding: 'utf8',
    });
    expect(compiled).toBe(KERNELS_BASE64);
  });

  test('decodes a batch chunk after chunk, the empty ones too', () => {
    const chunks = golden.map(({ hex, samples }) => ({
      bytes: new Uint8Array(Buffer.from(hex, 'hex')),
      count: samples.length,
    }));
    const all = [...chunks, { bytes: new Uint8Array(2), count: 0 }, ...chunks];
    const expected = golden.flatMap(({ samples }) => samples);
    expect(decodeInKernel(all)).toEqual([...expected, ...expected]);
  });

  test('grows for a large batch and is good for a small one after it', () => {
    const bytes = encode(Array.from({ length: 60_000 }, (_, i): Sample => [i * 997, bitsOf(Math.sin(i))]));
    const many = decodeInKernel(Array.from({ length: 4 }, () => ({ bytes, count: 60_000 })));
    expect(many.length).toBe(240_000);
    expect(many[239_999]).toEqual([59_999 * 997, bitsOf(Math.sin(59_999))]);
    expect(decodeInKernel([{ bytes, count: 1 }])).toEqual([[0, bitsOf(0)]]);
  });

  test('takes no more chunks than it was told', () => {
    kernel.begin(0);
    expect(() => kernel.add(new Uint8Array(2), 0, 2, 0)).toThrow(RangeError);
  });
});

describe('counts come from outside', () => {
  const samples = golden[0]!.samples;
  const bytes = new Uint8Array(Buffer.from(golden[0]!.hex, 'hex'));
  bytes.set([0xff, 0xff]);

  test.each([0, 1, 2, 3, 57])('%i of a chunk whose header lies', (count) => {
    expect(decodePlainly(bytes, count)).toEqual(samples.slice(0, count));
    expect(decodeInKernel([{ bytes, count }])).toEqual(samples.slice(0, count));
  });

  test('more samples than there are bytes for', () => {
    expect(() => decodePlainly(bytes, 5000)).toThrow(ChunkError);
    expect(() => decodeInKernel([{ bytes, count: 5000 }])).toThrow(ChunkError);
  });

  test('a chunk cut at any byte is refused, never misread', () => {
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      expect(() => decodePlainly(cut, samples.length)).toThrow(ChunkError);
      expect(() => decodeInKernel([{ bytes: cut, count: samples.length }])).toThrow(ChunkError);
    }
  });
});

const times = fc.oneof(
  fc.constantFrom(
    0,
    1,
    1000,
    15_000,
    8191,
    8192,
    8193,
    65_536,
    65_537,
    524_288,
    524_289,
    2 ** 31,
    2 ** 32,
    2 ** 40,
  ),
  fc.integer({ min: 0, max: 100_000 }),
);
const values = fc.oneof(
  fc.constantFrom(0, -0, 1, 2, STALE_NAN, Infinity, 5e-324).map(bitsOf),
  fc.double().map(bitsOf),
  fc.integer({ min: 0, max: 1000 }).map(bitsOf),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => bits.toString(16).padStart(16, '0')),
);

test('whatever is written is read by both, at any place in memory', () => {
  const input = fc.record({
    startMs: fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
    steps: fc.array(fc.tuple(times, values), { minLength: 1, maxLength: 260 }),
    place: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(input, ({ startMs, steps, place }) => {
      let timestampMs = startMs;
      const samples = steps.map(([step, bits]): Sample => [(timestampMs += step), bits]);
      const bytes = encode(samples, place);
      expect(bytes[0]! * 256 + bytes[1]!).toBe(samples.length);
      expect(decodePlainly(bytes, samples.length)).toEqual(samples);
      expect(decodeInKernel([{ bytes, count: samples.length }])).toEqual(samples);
    }),
    { numRuns: 300 },
  );
});

test('an appender goes on where another stopped', () => {
  const samples = golden[1]!.samples;
  const bytes = new Uint8Array(4096);
  const first = new XorAppender();
  first.create(bytes, 5);
  for (const [timestampMs, bits] of samples.slice(0, 5)) first.append(timestampMs, ...halves(bits));
  const moved = new Uint8Array(4096).fill(0x77);
  moved.set(bytes.subarray(5, 5 + first.byteLength), 32);
  const { count, bitLength, timestampMs, deltaMs, valueHigh, valueLow, leading, trailing } = first;
  const second = Object.assign(new XorAppender(), {
    count,
    bitLength,
    timestampMs,
    deltaMs,
    valueHigh,
    valueLow,
  });
  Object.assign(second, { leading, trailing });
  second.resume(moved, 32);
  for (const [time, bits] of samples.slice(5)) second.append(time, ...halves(bits));
  const whole = encode(samples);
  expect(Buffer.from(moved.subarray(32, 32 + second.byteLength)).equals(whole)).toBe(true);
});
