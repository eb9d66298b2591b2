import { expect, test } from '@jest/globals';
import { parseServerConfig } from '@narthex/server-config';
import { ChunkEncodingError, floatEncoding } from './float-encoding.js';

test.each([
  ['', false, false, 'xor'],
  ['', true, false, 'xor2'],
  ['xor', true, false, 'xor'],
  ['xor2', true, false, 'xor2'],
  ['', true, true, 'xor2'],
  ['xor2', false, false, 'xor2-encoding feature flag is not enabled'],
  ['', false, true, 'requires the XOR2 float chunk encoding'],
  ['xor', true, true, 'requires the XOR2 float chunk encoding'],
])('configured %j, xor2-encoding %s, st-storage %s: %s', async (floats, xor2, startStorage, expected) => {
  const yaml = floats === '' ? '' : `storage: {tsdb: {chunk_encoding: {floats: ${floats}}}}`;
  const { config } = await parseServerConfig(yaml, 'p.yml', { environment: {} });
  const choose = (): string => floatEncoding(config, { xor2, startStorage });
  if (expected.startsWith('xor') && !expected.includes(' ')) expect(choose()).toBe(expected);
  else {
    expect(choose).toThrow(ChunkEncodingError);
    expect(choose).toThrow(expected);
  }
});
