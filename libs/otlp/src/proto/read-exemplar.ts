import { type WireReader } from '@narthex/bytes';
import { type Attribute } from '../data/attributes.js';
import { type OtlpExemplar } from '../data/metrics-data.js';
import { EXEMPLAR } from './message-shapes.js';
import { readAttribute, readId } from './read-attributes.js';

const F = EXEMPLAR.field;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** Reads one `Exemplar`, where the reader stands at its length. */
export function readExemplar(reader: WireReader, end: number): OtlpExemplar {
  const stop = reader.messageEnd(end);
  const filteredAttributes: Attribute[] = [];
  let timeNs = 0n;
  let value: number | bigint | undefined;
  let traceId = '';
  let spanId = '';
  while (reader.next(EXEMPLAR, stop)) {
    switch (reader.field) {
      case F.TimeUnixNano:
        timeNs = reader.fixed64(stop);
        break;
      case F.AsDouble:
        value = reader.double(stop);
        break;
      case F.AsInt:
        value = BigInt.asIntN(64, reader.fixed64(stop));
        break;
      case F.SpanId:
        spanId = readId(reader, stop, SPAN_ID_BYTES, 'SpanID');
        break;
      case F.TraceId:
        traceId = readId(reader, stop, TRACE_ID_BYTES, 'TraceID');
        break;
      default:
        filteredAttributes.push(readAttribute(reader, stop));
    }
  }
  return { filteredAttributes, timeNs, value, traceId, spanId };
}
