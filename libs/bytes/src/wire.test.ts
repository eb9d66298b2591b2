import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MalformedMessageError } from './byte-errors.js';
import { shape, WIRE } from './message-shape.js';
import { MessageWriter } from './message-writer.js';
import { WireReader } from './wire-reader.js';

const { varint, fixed64, length, packed } = WIRE;
const PART = shape('Part', {
  Count: [1, varint],
  Offset: [2, varint],
  Change: [3, varint],
  Value: [4, fixed64],
  Name: [5, length],
  Counts: [6, packed(varint)],
  Changes: [7, packed(varint)],
  Values: [8, packed(fixed64)],
  Part: [20, length],
});

interface Part {
  readonly count: number;
  readonly offset: number;
  readonly change: number;
  readonly value: number;
  readonly name: string;
  readonly counts: readonly number[];
  readonly changes: readonly number[];
  readonly values: readonly number[];
  readonly part: Part | undefined;
}

function write(writer: MessageWriter, part: Part): void {
  const { field } = PART;
  writer.integer(field.Count, part.count);
  writer.integer(field.Offset, part.offset);
  writer.signed(field.Change, part.change);
  writer.double(field.Value, part.value);
  writer.text(field.Name, part.name);
  writer.integers(field.Counts, part.counts);
  writer.signeds(field.Changes, part.changes);
  writer.doubles(field.Values, part.values);
  if (part.part === undefined) return;
  const start = writer.begin(field.Part);
  write(writer, part.part);
  writer.end(start);
}

function read(reader: WireReader, end: number): Part {
  const { field } = PART;
  const counts: number[] = [];
  const changes: number[] = [];
  const values: number[] = [];
  let [count, offset, change, value, name] = [0, 0, 0, 0, ''];
  let part: Part | undefined;
  while (reader.next(PART, end)) {
    switch (reader.field) {
      case field.Count:
        count = reader.unsigned(end);
        break;
      case field.Offset:
        offset = reader.integer(end);
        break;
      case field.Change:
        change = reader.signed(end);
        break;
      case field.Value:
        value = reader.double(end);
        break;
      case field.Counts:
        reader.unsigneds(end, counts);
        break;
      case field.Changes:
        reader.signeds(end, changes);
        break;
      case field.Values:
        reader.doubles(end, values);
        break;
      case field.Part:
        part = read(reader, reader.messageEnd(end));
        break;
      default: {
        const stop = reader.messageEnd(end);
        name = reader.bytes.toString('utf8', reader.at, stop);
        reader.at = stop;
      }
    }
  }
  return { count, offset, change, value, name, counts, changes, values, part };
}

const readAll = (bytes: Uint8Array): Part => read(new WireReader(Buffer.from(bytes)), bytes.length);

const unsigned = fc.maxSafeNat();
const signed = fc.maxSafeInteger();
const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.record({
    count: unsigned,
    offset: signed,
    change: signed,
    value: fc.double(),
    name: fc.string({ unit: 'grapheme', maxLength: 200 }),
    counts: fc.array(unsigned),
    changes: fc.array(signed),
    values: fc.array(fc.double()),
    part: fc.option(tie('part'), { nil: undefined, maxDepth: 3 }),
  }),
}));

test('what is written reads back the same', () => {
  fc.assert(
    fc.property(part, (written) => {
      const writer = new MessageWriter(8);
      write(writer, written);
      expect(readAll(writer.copy())).toEqual(written);
    }),
  );
});

test('bytes that are cut are read or refused', () => {
  fc.assert(
    fc.property(part, fc.nat(), (written, place) => {
      const writer = new MessageWriter();
      write(writer, written);
      try {
        readAll(writer.copy().subarray(0, place % writer.length));
      } catch (error) {
        if (!(error instanceof MalformedMessageError)) throw error;
      }
    }),
  );
});

describe('what is refused, in the words of Go', () => {
  test.each<[string, readonly number[]]>([
    ['unexpected EOF', [0x08]],
    ['unexpected EOF', [0x2a, 0x05, 0x61]],
    ['proto: wrong wireType = 2 for field Count', [0x0a, 0x00]],
    ['proto: Part: illegal tag 0 (wire type 0)', [0x00]],
    ['proto: Part: wiretype end group for non-group', [0x0c]],
    ['proto: integer overflow', [0x08, ...new Array<number>(11).fill(0xff)]],
    ['proto: illegal wireType 7', [0x7f, 0x00]],
  ])('%s: %j', (message, bytes) => {
    expect(() => readAll(Uint8Array.from(bytes))).toThrow(new MalformedMessageError(message));
  });

  test('fields that are not known are passed over, groups and all', () => {
    const bytes = [0x7b, 0x08, 0x01, 0x7c, 0x7a, 0x02, 0x61, 0x62, 0x08, 0x07];
    expect(readAll(Uint8Array.from(bytes)).count).toBe(7);
  });
});

test('integers with all their 64 bits, and text', () => {
  const wide = shape('Wide', {
    Fixed: [1, fixed64],
    Signed: [2, varint],
    List: [3, packed(fixed64)],
    Text: [4, length],
  });
  const ones = new Array<number>(8).fill(0xff);
  const bytes = Buffer.from([
    ...[0x09, ...ones],
    ...[0x10, ...new Array<number>(9).fill(0xff), 0x01],
    ...[0x1a, 0x10, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    ...[0x19, 5, 0, 0, 0, 0, 0, 0, 0],
    ...[0x22, 0x03, 0xc3, 0xbc, 0xff],
  ]);
  const reader = new WireReader(bytes);
  const found: unknown[] = [];
  const list: number[] = [];
  while (reader.next(wide, bytes.length)) {
    if (reader.field === wide.field.Fixed) found.push(reader.fixed64(bytes.length));
    else if (reader.field === wide.field.Signed) found.push(reader.signed64(bytes.length));
    else if (reader.field === wide.field.List) reader.fixed64s(bytes.length, list);
    else found.push(reader.text(bytes.length));
  }
  expect([found, list]).toEqual([
    [2n ** 64n - 1n, -1n, 'ü\ufffd'],
    [3, 256, 5],
  ]);
});
