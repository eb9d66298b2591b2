import { encodeWriteRequestV1 } from '@narthex/remote';
import { compressSync } from 'snappy';
import { one, bytes, v1Raw, someBody, type WriteCase } from './write-case.js';

export const MESSAGE_CASES: readonly WriteCase[] = [
  { name: 'an empty body', body: () => new Uint8Array() },
  { name: 'not compressed', body: someBody },
  { name: 'garbage', body: () => Uint8Array.of(1, 2, 3, 4, 5) },
  { name: 'cut short', body: (now) => compressSync(someBody(now)).subarray(0, 20) },
  {
    name: 'a length far too great',
    body: () => Uint8Array.of(0xff, 0xff, 0xff, 0x0f, 0, 0),
  },
  {
    name: 'a length that is no 32 bit number',
    body: () => Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0),
  },
  {
    name: 'a length just within the limit',
    body: () => Uint8Array.of(0x80, 0x80, 0x80, 0x10, 0, 0),
  },
  { name: 'no length', body: () => Uint8Array.of(0xff) },
  { name: 'a length of none', body: () => Uint8Array.of(0) },
  v1Raw('a message cut short', [0x0a, 0x20, 0x0a]),
  v1Raw('a tag cut short', [0x8a]),
  v1Raw('field 0', [0x02, 0]),
  v1Raw('an end of a group', [0x0c]),
  v1Raw('a wrong wire type', [0x08, 1]),
  v1Raw('a wrong wire type, metadata', [0x18, 1]),
  v1Raw('a wrong wire type below', [0x0a, 2, 0x08, 1]),
  v1Raw('a wrong wire type in a label', [0x0a, 4, 0x0a, 2, 0x08, 1]),
  v1Raw('a wrong wire type in a sample', [0x0a, 4, 0x12, 2, 0x08, 1]),
  v1Raw('a wrong wire type in a time', [0x0a, 11, 0x12, 9, 0x11, 0, 0, 0, 0, 0, 0, 0, 0]),
  v1Raw('a wrong wire type in an exemplar', [0x0a, 4, 0x1a, 2, 0x10, 1]),
  v1Raw('a wrong wire type in a histogram', [0x0a, 4, 0x22, 2, 0x0a, 0]),
  v1Raw('a wrong wire type in spans', [0x0a, 6, 0x22, 4, 0x42, 2, 0x0a, 0]),
  v1Raw('a wrong wire type in deltas', [0x0a, 5, 0x22, 3, 0x4d, 0, 0, 0, 0]),
  v1Raw('packed doubles of no whole number', [0x0a, 5, 0x22, 3, 0x52, 1, 0]),
  v1Raw('a wrong wire type in metadata', [0x1a, 2, 0x0a, 0]),
  v1Raw(
    'unknown fields',
    [0x32, 1, 0x61, 0x38, 5, 0x45, 0, 0, 0, 0, 0x49, 0, 0, 0, 0, 0, 0, 0, 0, 0x53, 0x38, 5, 0x54],
  ),
  v1Raw('unknown field cut short', [0x32, 9, 0x61]),
  v1Raw('a group without an end', [0x53, 0x38, 5]),
  v1Raw('an unknown wire type', [0x37, 1]),
  v1Raw('a varint without an end', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
  v1Raw('a negative length', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
  v1Raw(
    'an unknown field of negative length',
    [0x32, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
  ),
  v1Raw('a value cut short', [0x0a, 6, 0x12, 4, 0x09, 0, 0, 0]),
  {
    name: 'a good series before a broken one',
    message: (now) => Uint8Array.of(...encodeWriteRequestV1([one('beforebroken', now)]), 0x0a, 9, 0x0a),
  },
  {
    name: 'an out-of-order series before a broken one',
    message: (now) =>
      Uint8Array.of(
        ...encodeWriteRequestV1([one('obroken', now), one('obroken', now - 5000)]),
        0x0a,
        9,
        0x0a,
      ),
  },
  {
    name: 'labels behind samples',
    message: (now) =>
      bytes((writer) => {
        const series = writer.begin(1);
        const sample = writer.begin(2);
        writer.integer(2, now);
        writer.double(1, 5);
        writer.end(sample);
        const label = writer.begin(1);
        writer.text(2, 'backwards');
        writer.text(1, '__name__');
        writer.end(label);
        writer.end(series);
      }),
  },
  {
    name: 'a label that is no UTF-8',
    message: (now) =>
      bytes((writer) => {
        const series = writer.begin(1);
        const label = writer.begin(1);
        writer.text(1, '__name__');
        writer.bytes(2, Uint8Array.of(0x61, 0xff));
        writer.end(label);
        const sample = writer.begin(2);
        writer.integer(2, now);
        writer.end(sample);
        writer.end(series);
      }),
  },
];
