import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Matcher } from '@narthex/model';
import { StorageError } from '@narthex/storage';
import { temporaryFolder } from '@narthex/testkit';
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { dumpBlock, HINTS, openBlock, writeTestBlock } from './block-test-data.js';

/*
 * Every byte of a block's files, changed in one way or another, gives an error that names the file, or the right answer.
 */

const ULID = '01HF0000000000000000000000';
const MASKS = [0x01, 0x80, 0xff, 0x02, 0x10];

async function everything(folder: string): Promise<string> {
  const block = openBlock(folder);
  try {
    const querier = block.querier(0, 1e6);
    const names = await querier.labelNames([], 0);
    const values = [];
    for (const name of names.values) values.push(await querier.labelValues(name, [], 0));
    const some = await querier.labelValues('n', [new Matcher('=', 'job', 'a')], 0);
    const matched = await querier.select(true, HINTS, [
      new Matcher('=~', 'n', 'n(1|5|33)'),
      new Matcher('!=', 'job', ''),
    ]);
    const labels = Array.from({ length: matched.length }, (_, i) => matched.labels(i).toString());
    querier.close();
    return JSON.stringify({ names, values, some, labels, dump: await dumpBlock(block) });
  } finally {
    block.close();
  }
}

describe('a damaged block', () => {
  const work = temporaryFolder('damage');
  const folder = join(work.path, ULID);
  let right: string;

  beforeAll(async () => {
    const series = Array.from({ length: 34 }, (_, i) => ({
      labels: { __name__: 'up', job: 'ab'.charAt(i % 2), n: `n${i}` },
      samples: Array.from({ length: 5 }, (_, at) => [1000 + at * 15 + i, i / 3 + at] as const),
    }));
    await writeTestBlock({ folder: work.path, ulid: ULID, series, samplesAChunk: 3 });
    right = await everything(folder);
  });
  afterAll(work.remove);

  async function outcome(path: string): Promise<string> {
    try {
      return (await everything(folder)) === right ? 'right' : 'wrong';
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return error.message.includes(path) ? error.code : `${error.code} elsewhere: ${error.message}`;
    }
  }

  test.each(['index', 'chunks/000001', 'tombstones'])(
    '%s: changed bytes',
    async (file) => {
      const path = join(folder, file);
      const bytes = readFileSync(path);
      const seen = new Set<string>();
      const descriptor = openSync(path, 'r+');
      try {
        for (let at = 0; at < bytes.length; at++) {
          const mask = MASKS[at % MASKS.length]!;
          writeSync(descriptor, Uint8Array.of(bytes[at]! ^ mask), 0, 1, at);
          const found = await outcome(path);
          seen.add(found);
          // The byte that tells the version can become that of one that is known, but not read.
          const allowed = file === 'index' && at === 4 ? ['CORRUPT', 'UNSUPPORTED'] : ['CORRUPT', 'right'];
          if (!allowed.includes(found)) expect([at, mask, found]).toEqual([at, mask, allowed]);
          writeSync(descriptor, bytes, at, 1, at);
        }
      } finally {
        closeSync(descriptor);
        writeFileSync(path, bytes);
      }
      expect(seen).toContain('CORRUPT');
    },
    300_000,
  );

  test.each(['index', 'chunks/000001', 'tombstones', 'meta.json'])('%s: cut short', async (file) => {
    const path = join(folder, file);
    const bytes = readFileSync(path);
    try {
      for (let length = bytes.length - 1; length >= 0; length--) {
        truncateSync(path, length);
        const found = await outcome(path);
        if (found !== 'CORRUPT') expect([length, found]).toEqual([length, 'CORRUPT']);
      }
    } finally {
      writeFileSync(path, bytes);
    }
  });

  test('whole again, it answers as before', async () => {
    expect(await everything(folder)).toEqual(right);
  });
});
