import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { lastCheckpoint, loadWalCodecs } from '@narthex/wal';
import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { TsdbDatabase } from '../database.js';
import { runMaintenanceWorker } from './maintenance-worker.js';
import { type FromMaintenance, type ToMaintenance } from './protocol.js';
import { StopWord } from './stop-word.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('tsdb-worker');
});
afterEach(() => folder.remove());

test('codecs are loaded for the first checkpoint, and serve those behind it', async () => {
  const db = await TsdbDatabase.open({
    path: folder.path,
    clock: new ManualClock(10_000),
    logger: silentLogger(),
    noLockfile: true,
  });
  const appender = db.appender();
  appender.float(appender.series(Labels.of({ __name__: 'm' })), 9000, 1);
  await appender.commit();

  let loaded = 0;
  const { port1, port2 } = new MessageChannel();
  runMaintenanceWorker(port2, () => {
    loaded++;
    return loadWalCodecs();
  });
  const share = db.share();
  const send = (message: ToMaintenance): void => port1.postMessage(message);
  const opening: ToMaintenance = { kind: 'open', handles: share.handles, stop: new StopWord().buffer };
  port1.postMessage(opening, [...share.transferList]);
  const directory = join(folder.path, 'wal');
  for (const toSegment of [0, 1]) {
    const task = {
      kind: 'checkpoint' as const,
      directory,
      fromSegment: toSegment,
      toSegment,
      minTimeMs: 0,
      tombstonesFromMs: 0,
      compression: 'snappy' as const,
      mentionedRefs: new Float64Array(),
    };
    send({ kind: 'task', id: toSegment, task });
    const [answer] = (await once(port1, 'message')) as [FromMaintenance];
    expect(answer).toMatchObject({ kind: 'done', id: toSegment });
    expect(lastCheckpoint(directory)?.number).toBe(toSegment);
  }
  expect(loaded).toBe(1);
  send({ kind: 'close' });
  await once(port1, 'close');
  share.release();
  await db.close();
});
