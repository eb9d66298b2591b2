import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { loadWalCodecs } from './compression.js';

test.each(['snappy', 'zstd'] as const)('%s goes on while somebody else loads it', async (name) => {
  const codec = (await loadWalCodecs())[name];
  const record = Uint8Array.from({ length: 300 }, (_, i) => i % 7);
  let isLoaded = false;
  const loading = loadWalCodecs().then(() => (isLoaded = true));
  for (let turns = 0; turns < 200 || !isLoaded; turns++) {
    expect(Buffer.compare(codec.decompress(codec.compress(record)), record)).toBe(0);
    await setImmediate();
  }
  await loading;
});
