import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { temporaryFolder } from '@narthex/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWalCodecs, type WalCodecs, WAL_COMPRESSIONS } from './compression.js';
import { decodeExemplars, encodeExemplars } from './record/exemplars.js';
import { decodeHistograms, encodeHistograms } from './record/histograms.js';
import { decodeMetadata, encodeMetadata } from './record/metadata.js';
import { RECORD_TYPE, recordType } from './record/record-type.js';
import { decodeSamples, encodeSamples, SampleBatch } from './record/samples.js';
import { decodeSeries, encodeSeries } from './record/series.js';
import { segmentsOf } from './segments.js';
import { WalReader } from './wal-reader.js';
import { WalWriter } from './wal-writer.js';

const testdata = join(__dirname, '..', 'testdata');

let codecs: WalCodecs;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  codecs = await loadWalCodecs();
});
beforeEach(() => {
  folder = temporaryFolder('wal');
});
afterEach(() => folder.remove());

function recordsIn(directory: string): Uint8Array[] {
  const reader = new WalReader({ segments: segmentsOf([{ directory }]), codecs });
  const records: Uint8Array[] = [];
  while (reader.next()) records.push(reader.record.slice());
  reader.close();
  return records;
}

/** Decodes a record and encodes it again. */
function again(record: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  const samples = new SampleBatch();
  switch (recordType(record)) {
    case RECORD_TYPE.series:
      encodeSeries(writer, decodeSeries(record));
      break;
    case RECORD_TYPE.samples:
      decodeSamples(record, samples);
      encodeSamples(writer, samples);
      break;
    case RECORD_TYPE.exemplars:
      encodeExemplars(writer, decodeExemplars(record));
      break;
    case RECORD_TYPE.metadata:
      encodeMetadata(writer, decodeMetadata(record));
      break;
    default:
      encodeHistograms(writer, decodeHistograms(record), () => undefined);
  }
  return writer.copy();
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe.each(WAL_COMPRESSIONS)('a segment of Prometheus with %s compression', (compression) => {
  const directory = join(testdata, `upstream-${compression}`);

  test('every record is encoded as it was, byte for byte', () => {
    const records = recordsIn(directory);
    const types = new Set(records.map((record) => recordType(record)));
    expect([...types].sort()).toEqual([1, 2, 4, 6, 7, 8, 9].sort());
    for (const record of records) expect(hex(again(record))).toBe(hex(record));
  });

  test('its values', () => {
    const names = new Map<number, string>();
    const values = new Map<string, string[]>();
    const batch = new SampleBatch();
    for (const record of recordsIn(directory)) {
      if (recordType(record) === RECORD_TYPE.series) {
        for (const { ref, labelPairs } of decodeSeries(record)) names.set(ref, labelPairs.join(' '));
      }
      if (recordType(record) !== RECORD_TYPE.samples) continue;
      decodeSamples(record, batch);
      for (let at = 0; at < batch.length; at++) {
        const name = names.get(batch.refs[at]!)!;
        const bits = batch.valueWords.subarray(2 * at, 2 * at + 2);
        const isStale = bits[1] === 0x7ff00000 && bits[0] === 2;
        values.set(name, [...(values.get(name) ?? []), isStale ? 'stale' : String(batch.values[at])]);
      }
    }
    const ours = 'instance 127.0.0.1:19871 job ours';
    expect(values.get(`__name__ jobs_total ${ours} path ä`)).toEqual(['3', '3', '3', 'stale']);
    expect(values.get(`__name__ odd ${ours} kind nan`)).toEqual(['NaN', 'NaN', 'NaN', 'stale']);
    expect(values.get(`__name__ odd ${ours} kind inf`)).toEqual([
      '-Infinity',
      '-Infinity',
      '-Infinity',
      'stale',
    ]);
    expect(values.get(`__name__ up ${ours}`)?.slice(0, 4)).toEqual(['1', '1', '1', '0']);
  });
});

test('what is written without compression is what Prometheus writes, byte for byte', async () => {
  const directory = join(testdata, 'upstream-none');
  const records = recordsIn(directory);
  const writer = WalWriter.open({ directory: folder.path, codecs, compression: 'none' });
  for (const record of records) writer.append([record]);
  expect(hex(readFileSync(join(folder.path, '00000000')))).toBe(
    hex(readFileSync(join(directory, '00000000'))),
  );
  await writer.close();
});
