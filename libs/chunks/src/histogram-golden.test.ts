import { describe, expect, test } from '@jest/globals';
import { isStaleNaN } from '@narthex/bytes';
import { compactHistogram, histogramsEqual, type NativeHistogram } from '@narthex/model';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HistogramChunk } from './histogram-chunk.js';
import { HISTOGRAM_FLAGS_AT, RESET_HEADER, resetHeaderOf } from './histogram-header.js';
import { openChunk } from './open-chunk.js';
import { type CaseSample, histogramCases } from './testing/histogram-cases.js';

/** Chunks that Prometheus 3.5.3 wrote of the cases, sent by remote write sample by sample: a snapshot of its head. */
interface GoldenChunk {
  readonly encoding: number;
  readonly sampleCount: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly base64: string;
}
const golden = JSON.parse(
  readFileSync(join(__dirname, 'testdata/prometheus-3.5.3-histogram-chunks.json'), 'utf8'),
) as { readonly name: string; readonly chunks: readonly GoldenChunk[] }[];

type HistogramSample = Extract<CaseSample, { histogram: NativeHistogram }>;

/** The chunks of each case with what was sent for them. */
const written = golden.flatMap(({ name, chunks }) => {
  const { samples } = histogramCases().find((known) => known.name === name)!;
  let from = 0;
  return chunks.map((chunk, at) => {
    const part = samples.slice(from, (from += chunk.sampleCount));
    return {
      name: `${name} ${at}`,
      case: name,
      last: at === chunks.length - 1,
      encoding: chunk.encoding,
      bytes: new Uint8Array(Buffer.from(chunk.base64, 'base64')),
      samples: part.filter((sample): sample is HistogramSample => 'histogram' in sample),
    };
  });
});
const chunks = written.filter(({ encoding }) => encoding !== 1);

function encode(samples: readonly HistogramSample[], flags: number): Uint8Array {
  let chunk = HistogramChunk.create(samples[0]!.integer, resetHeaderOf(flags));
  const { length } = samples;
  for (const { timestampMs, histogram } of samples) chunk = chunk.append(timestampMs, histogram);
  expect(chunk.encoder.count).toBe(length);
  return chunk.bytes();
}

describe('histogram chunks of the original', () => {
  test.each(chunks.map((chunk) => [chunk.name, chunk] as const))('%s: the same bytes', (_, chunk) => {
    const { bytes, samples } = chunk;
    const ours = encode(samples, bytes[HISTOGRAM_FLAGS_AT]!);
    expect(Buffer.from(ours).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
  });

  test.each(chunks.map((chunk) => [chunk.name, chunk] as const))('%s: decoded', (_, chunk) => {
    const { bytes, samples, encoding } = chunk;
    const cursor = openChunk(encoding, bytes, samples.length);
    for (const { timestampMs, histogram } of samples) {
      expect(cursor.next()).toBe(true);
      expect(cursor.timestampMs).toBe(timestampMs);
      const found = cursor.histogram();
      if (isStaleNaN(histogram.sum)) expect(isStaleNaN(found.sum)).toBe(true);
      else expect(histogramsEqual(compactHistogram(found), compactHistogram(histogram))).toBe(true);
    }
    expect(cursor.next()).toBe(false);
  });

  // The last chunk came through a decoder on its way into the snapshot, which leaves its header blank.
  const followed = chunks.filter(
    ({ last, encoding, case: name }, at) =>
      !last && chunks[at - 1]?.case === name && chunks[at - 1]?.encoding === encoding && name !== 'mixed',
  );
  test.each(followed.map((chunk) => [chunk.name, chunk] as const))('%s: the header', (_, chunk) => {
    const before = chunks[chunks.indexOf(chunk) - 1]!;
    const { integer } = before.samples[0]!;
    let open = HistogramChunk.create(integer, resetHeaderOf(before.bytes[HISTOGRAM_FLAGS_AT]!));
    for (const { timestampMs, histogram } of before.samples) open = open.append(timestampMs, histogram);
    const { timestampMs, histogram } = chunk.samples[0]!;
    const plan = open.encoder.plan(histogram);
    const next =
      plan.kind === 'cut' ? plan.header : HistogramChunk.begin(integer, timestampMs, histogram, open.encoder);
    const header = typeof next === 'number' ? next : next.encoder.header;
    expect(header).toBe(chunk.bytes[HISTOGRAM_FLAGS_AT]! & RESET_HEADER.gauge);
  });
});
