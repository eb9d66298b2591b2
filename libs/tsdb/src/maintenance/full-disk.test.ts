import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { temporaryFolder } from '@narthex/testkit';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TsdbDatabase } from '../database.js';
import { fill, MaintenanceRig, minuteMs, show } from '../testing/maintenance-rig.js';

const folder = temporaryFolder('tsdb-full');
const mountPoint = join(folder.path, 'mounted');
mkdirSync(mountPoint);

const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;
const unmount = (path: string): void => void spawnSync('umount', [path]);

/** Mounting takes rights that not every machine gives its tests. */
const mayMount = mount('-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', mountPoint);
const testWithMount = mayMount ? test : test.skip;

let rig: MaintenanceRig;
beforeAll(() => {
  rig = new MaintenanceRig(join(mountPoint, 'data'));
});
afterAll(async () => {
  await rig.close();
  unmount(mountPoint);
  folder.remove();
});

/** Leaves so many bytes of the file system free, by a file that {@link freeSpace} removes. */
function fillDisk(leaveBytes: number): void {
  const { bavail, bsize } = statfsSync(mountPoint);
  writeFileSync(join(mountPoint, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
}

function freeSpace(): void {
  rmSync(join(mountPoint, 'ballast'));
}

const NAMES = Array.from({ length: 500 }, (_, at) => `m${String(at).padStart(3, '0')}`);

async function appendOne(db: TsdbDatabase, minute: number, name: string): Promise<void> {
  const appender = db.appender();
  appender.float(appender.series(Labels.of({ __name__: name })), minuteMs(minute), minute);
  await appender.commit();
}

describe('a disk that is full (where the test may mount a file system)', () => {
  testWithMount(
    'fails commits and compactions, not reads, until there is room again',
    async () => {
      const db = await rig.open();
      await fill(db, 0, 13, NAMES);
      fillDisk(0);
      // The log's page may have room for a few.
      let failure: unknown;
      let kept = 13;
      for (let minute = 13; failure === undefined; minute++) {
        await fill(db, minute, minute + 1, NAMES).then(
          () => kept++,
          (error: unknown) => (failure = error),
        );
      }
      expect(failure).toMatchObject({ code: 'WAL_WRITE', message: expect.stringContaining('ENOSPC') });
      const all = NAMES.map((name) => `${name} 0..${kept - 1} (${kept})`);
      expect(await show(db)).toEqual(all);

      freeSpace();
      await fill(db, kept, 16, NAMES);
      // Room for a little more in the log, not for a block; the next commit makes one due.
      fillDisk(32 * 1024);
      await appendOne(db, 16, 'm000');
      await expect(db.compact()).rejects.toMatchObject({ reason: 'ENOSPC' });
      expect(readdirSync(rig.path).filter((name) => name.includes('.tmp-for'))).toEqual([]);
      expect(rig.ranges()).toEqual([]);
      expect((await show(db)).slice(0, 2)).toEqual(['m000 0..16 (17)', 'm001 0..15 (16)']);

      freeSpace();
      await db.compact();
      expect(rig.ranges()).toEqual(['0-1']);
      await appendOne(db, 17, 'm000');
      expect((await show(db))[0]).toBe('m000 0..17 (18)');
      await db.close();
      const again = await rig.open();
      expect((await show(again)).slice(0, 2)).toEqual(['m000 0..17 (18)', 'm001 0..15 (16)']);
    },
    60_000,
  );

  testWithMount(
    'keeps blocks apart that cannot be merged, and merges them later',
    async () => {
      await rig.close();
      const other = new MaintenanceRig(join(mountPoint, 'other'));
      const first = await other.open({ maxBlockDurationMs: 600_000 });
      await fill(first, 0, 47, NAMES);
      await first.compact();
      expect(other.ranges()).toEqual(['0-1', '1-2', '2-3', '3-4']);
      await first.close();
      const db = await other.open();
      fillDisk(0);
      await expect(db.compact()).rejects.toMatchObject({ reason: 'ENOSPC' });
      expect(other.ranges()).toEqual(['0-1', '1-2', '2-3', '3-4']);
      expect(await show(db)).toEqual(NAMES.map((name) => `${name} 0..46 (47)`));
      freeSpace();
      // Where there was room for the mark, the blocks are left apart, as upstream leaves them.
      const marked = other.metas().some(({ compaction }) => compaction.failed);
      await db.compact();
      expect(other.ranges()).toEqual(marked ? ['0-1', '1-2', '2-3', '3-4'] : ['0-3', '3-4']);
      await other.close();
    },
    60_000,
  );

  testWithMount('cannot be opened while it is read-only, and says so', async () => {
    await rig.close();
    expect(mount('-o', 'remount,ro', mountPoint)).toBe(true);
    await expect(rig.open()).rejects.toMatchObject({ code: 'EROFS' });
    expect(mount('-o', 'remount,rw', mountPoint)).toBe(true);
    const db = await rig.open();
    expect((await show(db))[0]).toBe('m000 0..17 (18)');
  });
});
