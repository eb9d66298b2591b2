import { MessageWriter } from '@narthex/bytes';
import { MATCH_TYPES } from '@narthex/model';
import { RESPONSE_TYPE } from '../read/read-plan.js';
import { type RemoteSelect } from './port-protocol.js';

/**
 * A `prometheus.ReadRequest` with one query (https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/),
 * which takes streams of chunks, or else samples. Not compressed.
 */
export function encodeReadRequest({ minTimeMs, maxTimeMs, hints, matchers }: RemoteSelect): Uint8Array {
  const writer = new MessageWriter(512);
  const query = writer.begin(1);
  integer(writer, 1, minTimeMs);
  integer(writer, 2, maxTimeMs);
  for (const [type, name, value] of matchers) {
    const matcher = writer.begin(3);
    integer(writer, 1, MATCH_TYPES.indexOf(type));
    text(writer, 2, name);
    text(writer, 3, value);
    writer.end(matcher);
  }
  const at = writer.begin(4);
  integer(writer, 1, hints.stepMs);
  text(writer, 2, hints.func);
  integer(writer, 3, hints.startMs);
  integer(writer, 4, hints.endMs);
  for (const name of hints.grouping) writer.text(5, name);
  integer(writer, 6, hints.by ? 1 : 0);
  integer(writer, 7, hints.rangeMs);
  writer.end(at);
  writer.end(query);
  writer.integers(2, [RESPONSE_TYPE.streamedXorChunks, RESPONSE_TYPE.samples]);
  return writer.copy();
}

function integer(writer: MessageWriter, field: number, value: number): void {
  if (value === 0) return;
  // Open ends.
  writer.integer(field, Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER));
}

function text(writer: MessageWriter, field: number, value: string): void {
  if (value !== '') writer.text(field, value);
}
