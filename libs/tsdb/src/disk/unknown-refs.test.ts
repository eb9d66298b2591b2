import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { Registry } from '@narthex/client';
import { ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import {
  encodeMetadata,
  encodeMmapMarkers,
  encodeSamples,
  encodeTombstones,
  loadWalCodecs,
  SampleBatch,
  WalWriter,
} from '@narthex/wal';
import { join } from 'node:path';
import { TsdbDatabase } from '../database.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('tsdb-unknown');
});
afterEach(() => folder.remove());

function record(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.copy();
}

function samplesOf(...refs: readonly number[]): Uint8Array {
  const batch = new SampleBatch();
  for (const ref of refs) {
    const at = batch.grow();
    batch.refs[at] = ref;
    batch.timestampsMs[at] = 1000 + at;
    batch.startTimestampsMs[at] = 0;
  }
  return record((writer) => encodeSamples(writer, batch));
}

test('what logs have of series that nobody knows is counted by its kind', async () => {
  const codecs = await loadWalCodecs();
  const logs: Record<string, readonly Uint8Array[]> = {
    wal: [
      samplesOf(7, 8, 7),
      record((writer) => encodeTombstones(writer, [{ ref: 9, minTimeMs: 0, maxTimeMs: 2000 }])),
      record((writer) => encodeMetadata(writer, [{ ref: 9, type: 'counter', unit: '', help: '' }])),
    ],
    wbl: [samplesOf(7), record((writer) => encodeMmapMarkers(writer, [{ ref: 7, chunkRef: 8 }]))],
  };
  for (const [name, records] of Object.entries(logs)) {
    const writer = WalWriter.open({ directory: join(folder.path, name), codecs });
    writer.append(records);
    await writer.close();
  }
  const registry = new Registry();
  const logger = new RecordingLogger();
  const clock = new ManualClock(10_000);
  const db = await TsdbDatabase.open({ path: folder.path, clock, logger, registry, noLockfile: true });
  const found = (await registry.metrics()).match(/^prometheus_tsdb_w.l_replay_unknown_refs_total.*/gm);
  expect(found?.sort()).toEqual([
    'prometheus_tsdb_wal_replay_unknown_refs_total{type="metadata"} 1',
    'prometheus_tsdb_wal_replay_unknown_refs_total{type="samples"} 3',
    'prometheus_tsdb_wal_replay_unknown_refs_total{type="series"} 3',
    'prometheus_tsdb_wal_replay_unknown_refs_total{type="tombstones"} 1',
    'prometheus_tsdb_wbl_replay_unknown_refs_total{type="mmap_markers"} 1',
    'prometheus_tsdb_wbl_replay_unknown_refs_total{type="samples"} 1',
    'prometheus_tsdb_wbl_replay_unknown_refs_total{type="series"} 1',
  ]);
  const warned = logger.lines.filter(({ level }) => level === 'warn');
  expect(warned.map(({ message, fields }) => [message, fields])).toEqual([
    [
      'Unknown series references',
      { series: 3, samples: 3, exemplars: 0, histograms: 0, metadata: 1, tombstones: 1 },
    ],
    [
      'Unknown series references for ooo WAL replay',
      { series: 1, samples: 1, histograms: 0, mmap_markers: 1 },
    ],
  ]);
  await db.close();
});
