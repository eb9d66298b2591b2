import { shape, WIRE } from '@narthex/bytes';

const { varint, length, packed } = WIRE;

/* The messages of remote read, by the names that upstream's error messages use: prompb/remote.proto of Prometheus. */

export const READ_REQUEST = shape('ReadRequest', {
  Queries: [1, length],
  AcceptedResponseTypes: [2, packed(varint)],
});

export const QUERY = shape('Query', {
  StartTimestampMs: [1, varint],
  EndTimestampMs: [2, varint],
  Matchers: [3, length],
  Hints: [4, length],
});

export const LABEL_MATCHER = shape('LabelMatcher', {
  Type: [1, varint],
  Name: [2, length],
  Value: [3, length],
});

export const READ_HINTS = shape('ReadHints', {
  StepMs: [1, varint],
  Func: [2, length],
  StartMs: [3, varint],
  EndMs: [4, varint],
  Grouping: [5, length],
  By: [6, varint],
  RangeMs: [7, varint],
});
