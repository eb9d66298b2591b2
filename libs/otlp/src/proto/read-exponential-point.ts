import { type WireReader } from '@narthex/bytes';
import { type Attribute } from '../data/attributes.js';
import { type ExponentialBuckets, type ExponentialPoint, type OtlpExemplar } from '../data/metrics-data.js';
import { BUCKETS, EXPONENTIAL_POINT } from './message-shapes.js';
import { readAttribute } from './read-attributes.js';
import { readExemplar } from './read-exemplar.js';
import { type PointReader } from './read-points.js';

const F = EXPONENTIAL_POINT.field;
const NO_BUCKETS: ExponentialBuckets = { offset: 0, counts: [] };

export const readExponentialPoint: PointReader<ExponentialPoint> = (reader, end) => {
  const stop = reader.messageEnd(end);
  const attributes: Attribute[] = [];
  const exemplars: OtlpExemplar[] = [];
  let positive = NO_BUCKETS;
  let negative = NO_BUCKETS;
  let startNs = 0n;
  let timeNs = 0n;
  let [flags, count, scale, zeroCount, zeroThreshold] = [0, 0, 0, 0, 0];
  let sum: number | undefined;
  while (reader.next(EXPONENTIAL_POINT, stop)) {
    switch (reader.field) {
      case F.Attributes:
        attributes.push(readAttribute(reader, stop));
        break;
      case F.StartTimeUnixNano:
        startNs = reader.fixed64(stop);
        break;
      case F.TimeUnixNano:
        timeNs = reader.fixed64(stop);
        break;
      case F.Count:
        count = Number(reader.fixed64(stop));
        break;
      case F.Sum:
        sum = reader.double(stop);
        break;
      case F.Scale:
        scale = reader.signed(stop) | 0;
        break;
      case F.ZeroCount:
        zeroCount = Number(reader.fixed64(stop));
        break;
      case F.Positive:
        positive = readBuckets(reader, stop);
        break;
      case F.Negative:
        negative = readBuckets(reader, stop);
        break;
      case F.Exemplars:
        exemplars.push(readExemplar(reader, stop));
        break;
      case F.ZeroThreshold:
        zeroThreshold = reader.double(stop);
        break;
      default:
        flags = reader.unsigned(stop) >>> 0;
    }
  }
  return {
    ...{ attributes, startNs, timeNs, flags, count, sum, scale, zeroCount, zeroThreshold },
    ...{ positive, negative, exemplars },
  };
};

function readBuckets(reader: WireReader, end: number): ExponentialBuckets {
  const stop = reader.messageEnd(end);
  const counts: number[] = [];
  let offset = 0;
  while (reader.next(BUCKETS, stop)) {
    if (reader.field === BUCKETS.field.Offset) offset = reader.signed(stop) | 0;
    else reader.unsigneds(stop, counts);
  }
  return { offset, counts };
}
