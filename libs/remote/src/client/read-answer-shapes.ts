import { shape, WIRE } from '@narthex/bytes';

const { varint, length } = WIRE;

/* The answers of remote read, by the names that upstream's error messages use: prompb/remote.proto of Prometheus. */

export const READ_RESPONSE = shape('ReadResponse', { Results: [1, length] });

export const QUERY_RESULT = shape('QueryResult', { Timeseries: [1, length] });

export const CHUNKED_READ_RESPONSE = shape('ChunkedReadResponse', {
  ChunkedSeries: [1, length],
  QueryIndex: [2, varint],
});

export const CHUNKED_SERIES = shape('ChunkedSeries', { Labels: [1, length], Chunks: [2, length] });

export const CHUNK = shape('Chunk', {
  MinTimeMs: [1, varint],
  MaxTimeMs: [2, varint],
  Type: [3, varint],
  Data: [4, length],
});
