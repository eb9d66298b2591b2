import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { temporaryFolder } from '@narthex/testkit';
import { loadWalCodecs, type SegmentFile, WalWriter } from '@narthex/wal';
import { AgentAppender } from './agent-appender.js';
import { PendingPool } from './pending-samples.js';
import { SeriesLog } from './series-log.js';
import { SeriesTable } from './series-table.js';
import { readLog } from './testing/read-log.js';
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('series-log');
});
afterEach(() => folder.remove());

/** A file on a disk that can be full. */
class FullableFile implements SegmentFile {
  static isFull = false;
  static refused = 0;
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'wx+');
  }

  write(bytes: Uint8Array, atBytes: number): number {
    if (!FullableFile.isFull) return writeSync(this.#descriptor, bytes, 0, bytes.length, atBytes);
    FullableFile.refused++;
    throw new Error('ENOSPC: no space left on device, write');
  }

  truncate(sizeBytes: number): void {
    ftruncateSync(this.#descriptor, sizeBytes);
  }

  sync(): Promise<void> {
    fsyncSync(this.#descriptor);
    return Promise.resolve();
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

test('new series wait where the disk is full, and come with the first commit that can be written', async () => {
  const wal = WalWriter.open({
    directory: folder.path,
    codecs: await loadWalCodecs(),
    createFile: (path) => new FullableFile(path),
  });
  const log = new SeriesLog(new SeriesTable(), wal, 0, false);
  const pool = new PendingPool();
  const pad = 'x'.repeat(1000);
  FullableFile.isFull = true;
  const first = new AgentAppender(log, pool);
  for (let i = 0; i < 500; i++) first.float(first.series(Labels.of({ i: String(i), pad })), 1, 1);
  // Not with every series anew.
  expect(FullableFile.refused).toBeLessThan(10);
  await expect(first.commit()).rejects.toThrow('write to WAL: ENOSPC: no space left on device, write');
  FullableFile.isFull = false;
  expect(await readLog(folder.path)).toEqual([]);

  const second = new AgentAppender(log, pool);
  second.float(second.series(Labels.of({ i: '7', pad })), 1, 2);
  await expect(second.commit()).resolves.toMatchObject({ seriesCreated: 0, floatsAppended: 1 });
  await wal.close();
  const lines = await readLog(folder.path);
  expect(lines.filter((line) => line.startsWith('series'))).toHaveLength(500);
  expect(lines.at(-1)).toBe('sample 8 1 2');
});
