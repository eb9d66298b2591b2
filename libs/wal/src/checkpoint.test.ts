import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { temporaryFolder } from '@narthex/testkit';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCheckpoint, type CheckpointOptions } from './checkpoint.js';
import {
  checkpointPath,
  deleteCheckpoints,
  lastCheckpoint,
  listCheckpoints,
} from './checkpoint-directory.js';
import { loadWalCodecs, type WalCodecs } from './compression.js';
import { CheckpointError, WalCorruptionError } from './errors.js';
import { decodeExemplars, encodeExemplars } from './record/exemplars.js';
import {
  decodeHistograms,
  encodeHistograms,
  encodeHistogramsV2,
  type HistogramRecord,
} from './record/histograms.js';
import { decodeMetadata, encodeMetadata, type MetadataRecord } from './record/metadata.js';
import { recordType, RECORD_TYPE } from './record/record-type.js';
import { decodeSamples, encodeSamples, encodeSamplesV2, SampleBatch } from './record/samples.js';
import { decodeSeries, encodeSeries } from './record/series.js';
import { decodeTombstones, encodeTombstones } from './record/tombstones.js';
import { segmentsOf } from './segments.js';
import { WalReader } from './wal-reader.js';
import { WalWriter } from './wal-writer.js';

let codecs: WalCodecs;
let folder: ReturnType<typeof temporaryFolder>;
let directory: string;

beforeAll(async () => {
  codecs = await loadWalCodecs();
});
beforeEach(() => {
  folder = temporaryFolder('wal');
  directory = join(folder.path, 'wal');
});
afterEach(() => folder.remove());

function encoded(encode: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  encode(writer);
  return writer.copy();
}

function samples(
  ...rows: [ref: number, timestampMs: number, value: number, startTimestampMs?: number][]
): SampleBatch {
  const batch = new SampleBatch();
  for (const row of rows) batch.push(...row);
  return batch;
}

const series = (...refs: number[]): Uint8Array =>
  encoded((writer) =>
    encodeSeries(
      writer,
      refs.map((ref) => ({ ref, labelPairs: ['__name__', `series_${ref}`] })),
    ),
  );

const histogram = (ref: number, timestampMs: number, startTimestampMs = 0): HistogramRecord => ({
  ref,
  timestampMs,
  startTimestampMs,
  integer: true,
  histogram: {
    counterResetHint: 0,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 1,
    sum: 1,
    positiveSpans: [{ offset: 0, length: 1 }],
    negativeSpans: [],
    positiveBuckets: [1],
    negativeBuckets: [],
    customValues: [],
  },
});

const metadata = (ref: number, help: string): MetadataRecord => ({ ref, type: 'gauge', unit: '', help });

/** The records of a log, each as what it decodes to. */
function contents(path: string): unknown[] {
  const reader = new WalReader({ segments: segmentsOf([{ directory: path }]), codecs });
  const found: unknown[] = [];
  while (reader.next()) found.push(decoded(reader.record));
  reader.close();
  return found;
}

function decoded(record: Uint8Array): unknown {
  switch (recordType(record)) {
    case RECORD_TYPE.series:
      return ['series', ...decodeSeries(record).map(({ ref }) => ref)];
    case RECORD_TYPE.samples:
    case RECORD_TYPE.samplesV2: {
      const batch = new SampleBatch();
      decodeSamples(record, batch);
      const rows = Array.from({ length: batch.length }, (_, at) =>
        [batch.refs, batch.timestampsMs, batch.values, batch.startTimestampsMs].map((column) => column[at]),
      );
      return ['samples', ...rows];
    }
    case RECORD_TYPE.tombstones:
      return ['tombstones', ...decodeTombstones(record).map(({ ref }) => ref)];
    case RECORD_TYPE.exemplars:
      return ['exemplars', ...decodeExemplars(record).map(({ ref }) => ref)];
    case RECORD_TYPE.metadata:
      return ['metadata', ...decodeMetadata(record).map(({ ref, help }) => `${ref} ${help}`)];
    default:
      return [
        'histograms',
        ...decodeHistograms(record).map(({ ref, startTimestampMs }) => [ref, startTimestampMs]),
      ];
  }
}

function checkpoint(options: Partial<CheckpointOptions>): ReturnType<typeof createCheckpoint> {
  return createCheckpoint({
    directory,
    codecs,
    fromSegment: 0,
    toSegment: 0,
    keepSeries: () => true,
    minTimeMs: 0,
    ...options,
  });
}

const v1 = (samplesOf: readonly HistogramRecord[]): Uint8Array =>
  encoded((writer) => encodeHistograms(writer, samplesOf, () => undefined));
const v2 = (samplesOf: readonly HistogramRecord[]): Uint8Array =>
  encoded((writer) => encodeHistogramsV2(writer, samplesOf, () => undefined));

test('keeps living series and what is recent, in the order of the log', async () => {
  const writer = WalWriter.open({ directory, codecs });
  writer.append([
    series(1, 2, 3),
    series(4),
    encoded((w) => encodeSamples(w, samples([1, 90, 1], [2, 100, 2], [3, 110, NaN]))),
    encoded((w) => encodeSamples(w, samples([1, 10, 1]))),
    encoded((w) => encodeSamplesV2(w, samples([1, 100, 1, 50], [2, 99, 1, 50]))),
    v1([histogram(1, 99), histogram(2, 100)]),
    v2([histogram(1, 101, 7)]),
    encoded((w) => encodeMetadata(w, [metadata(1, 'old'), metadata(4, 'gone')])),
    Uint8Array.of(200, 1, 2, 3),
  ]);
  writer.nextSegment();
  writer.append([
    encoded((w) =>
      encodeTombstones(w, [
        { ref: 1, minTimeMs: 0, maxTimeMs: 99 },
        { ref: 2, minTimeMs: 0, maxTimeMs: 100 },
      ]),
    ),
    encoded((w) =>
      encodeExemplars(w, [
        { ref: 1, timestampMs: 99, value: 1, labelPairs: [] },
        { ref: 3, timestampMs: 100, value: 1, labelPairs: [] },
      ]),
    ),
    encoded((w) => encodeMetadata(w, [metadata(1, 'new')])),
  ]);
  writer.nextSegment();
  writer.append([series(9)]);
  await writer.close();

  const made = await checkpoint({ toSegment: 1, keepSeries: (ref) => ref < 4, minTimeMs: 100 });
  expect(made).toEqual({
    path: checkpointPath(directory, 1),
    number: 1,
    stats: {
      series: { total: 4, dropped: 1 },
      samples: { total: 9, dropped: 4 },
      tombstones: { total: 2, dropped: 1 },
      exemplars: { total: 2, dropped: 1 },
      metadata: { total: 3, dropped: 2 },
    },
  });
  expect(contents(made.path)).toEqual([
    ['series', 1, 2, 3],
    ['samples', [2, 100, 2, 0], [3, 110, NaN, 0]],
    ['samples', [1, 100, 1, 50]],
    ['histograms', [2, 0]],
    ['histograms', [1, 7]],
    ['tombstones', 2],
    ['exemplars', 3],
    ['metadata', '1 new'],
  ]);
  expect(readdirSync(directory)).toEqual(['00000000', '00000001', '00000002', 'checkpoint.00000001']);
});

test('the next one takes in the one before and the segments behind it', async () => {
  const writer = WalWriter.open({ directory, codecs });
  for (const ref of [1, 2, 3, 4]) {
    writer.append([series(ref)]);
    writer.nextSegment();
  }
  await checkpoint({ toSegment: 1, keepSeries: (ref) => ref !== 1 });
  writer.truncate(2);
  await checkpoint({ fromSegment: 2, toSegment: 2 });
  expect(contents(checkpointPath(directory, 2))).toEqual([
    ['series', 2],
    ['series', 3],
  ]);
  expect(listCheckpoints(directory).map(({ number }) => number)).toEqual([1, 2]);
  expect(lastCheckpoint(directory)).toEqual({ path: checkpointPath(directory, 2), number: 2 });
  await expect(checkpoint({ fromSegment: 4, toSegment: 4 })).rejects.toThrow(CheckpointError);
  deleteCheckpoints(directory, 2);
  expect(listCheckpoints(directory).map(({ number }) => number)).toEqual([2]);
  await writer.close();
});

test('a large one is written in several batches and segments', async () => {
  const writer = WalWriter.open({ directory, codecs });
  const labels = 'x'.repeat(400);
  for (let batch = 0; batch < 30; batch++) {
    const refs = Array.from({ length: 200 }, (_, at) => ({
      ref: batch * 200 + at,
      labelPairs: ['a', labels],
    }));
    writer.append([encoded((w) => encodeSeries(w, refs))]);
  }
  await writer.close();
  const made = await checkpoint({ compression: 'none', segmentSizeBytes: 32 * 32 * 1024 });
  expect(made.stats.series).toEqual({ total: 6000, dropped: 0 });
  expect(readdirSync(made.path)).toEqual(['00000000', '00000001', '00000002']);
  expect(contents(made.path).flat().filter(Number.isInteger)).toEqual(
    Array.from({ length: 6000 }, (_, ref) => ref),
  );
});

describe('what stands in the way', () => {
  test('left-overs of an interrupted one are removed, an earlier one of the same number replaced', async () => {
    const writer = WalWriter.open({ directory, codecs });
    writer.append([series(1)]);
    await writer.close();
    mkdirSync(join(directory, 'checkpoint.00000005.tmp'));
    mkdirSync(checkpointPath(directory, 0));
    expect(listCheckpoints(directory).map(({ number }) => number)).toEqual([0]);
    await checkpoint({ toSegment: 0 });
    expect(readdirSync(directory)).toEqual(['00000000', 'checkpoint.00000000']);
  });

  test('a damaged segment makes none and leaves nothing', async () => {
    const writer = WalWriter.open({ directory, codecs });
    writer.append([series(1)]);
    await writer.close();
    const path = join(directory, '00000000');
    const bytes = readFileSync(path);
    bytes[9]! ^= 1;
    writeFileSync(path, bytes);
    await expect(checkpoint({})).rejects.toThrow(WalCorruptionError);
    expect(readdirSync(directory)).toEqual(['00000000']);
  });

  test('a file of that name', async () => {
    await WalWriter.open({ directory, codecs }).close();
    writeFileSync(join(directory, 'checkpoint.00000001'), '');
    await expect(checkpoint({})).rejects.toThrow('checkpoint checkpoint.00000001 is not a directory');
    expect(() => lastCheckpoint(directory)).toThrow(CheckpointError);
  });
});
