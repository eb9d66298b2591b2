import { expect, test } from '@jest/globals';
import { ByteWriter, MalformedMessageError, WireReader } from '@narthex/bytes';
import { HISTOGRAM_V2 } from '../wire/message-shapes.js';
import { readHistogram } from './histogram-message.js';

/** A histogram of two buckets behind the zero bucket, as a sender writes it. */
function message(count: bigint, zeroCount: bigint, deltas: readonly bigint[]): Buffer {
  const packed = new ByteWriter();
  for (const delta of deltas) packed.varint(delta);
  const writer = new ByteWriter();
  writer.u8(1 << 3);
  writer.uvarint(count);
  writer.u8(6 << 3);
  writer.uvarint(zeroCount);
  // A span of two buckets from the first on.
  writer.bytes(Uint8Array.of((11 << 3) | 2, 2, 2 << 3, 2));
  writer.u8((12 << 3) | 2);
  writer.uvarintBytes(packed.copy());
  writer.u8(15 << 3);
  writer.uvarint(1000);
  return Buffer.from(writer.copy());
}

test.each([
  ['all exact', 9n, 2n, [3n, 1n], true, [9, 2, [3, 4]]],
  ['the last exact number', 2n ** 53n - 1n, 0n, [0n, 0n], true, [2 ** 53 - 1, 0, [0, 0]]],
  ['a great count', 2n ** 53n + 1n, 2n, [3n, 1n], false, [2 ** 53, 2, [3, 4]]],
  ['a count of 64 bits', 2n ** 64n - 1n, 2n ** 63n, [3n, 1n], false, [2 ** 64, 2 ** 63, [3, 4]]],
  [
    'a small bucket behind a great one',
    9n,
    0n,
    [2n ** 60n + 1n, 5n - 2n ** 60n],
    false,
    [9, 0, [2 ** 60, 6]],
  ],
  ['a great bucket behind a small one', 9n, 0n, [2n ** 53n - 1n, 2n], false, [9, 0, [2 ** 53 - 1, 2 ** 53]]],
] as const)('counts: %s', (_name, count, zeroCount, deltas, integer, expected) => {
  const bytes = message(count, zeroCount, deltas);
  const reader = new WireReader(bytes);
  const read = readHistogram(reader, bytes.length, HISTOGRAM_V2);
  expect([read.timestampMs, read.integer, reader.at]).toEqual([1000, integer, bytes.length]);
  expect([read.histogram.count, read.histogram.zeroCount, read.histogram.positiveBuckets]).toEqual(expected);
  const cut = bytes.subarray(0, -1);
  expect(() => readHistogram(new WireReader(cut), cut.length, HISTOGRAM_V2)).toThrow(MalformedMessageError);
});
