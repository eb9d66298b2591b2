import { describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { Matcher } from '@narthex/model';
import { temporaryFolder } from '@narthex/testkit';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BlockReader } from './block-reader.js';
import { dumpBlock, openBlock } from './block-test-data.js';

const peers = process.env.NARTHEX_PEERS ?? '';
const describeWithPeers = peers === '' ? describe.skip : describe;

test('x', () => expect(STALE_NAN).toBeNaN());
describeWithPeers('x', () => {
  test('reads', async () => {
    for (const n of readdirSync('/tmp/tsdbblock/real')) {
      const b = openBlock(join('/tmp/tsdbblock/real', n));
      const d = await dumpBlock(b);
      console.log(n, Object.keys(d).length, Object.values(d).reduce((s, x) => s + x.length, 0), JSON.stringify(Object.entries(d)[3]));
    }
  });
});
