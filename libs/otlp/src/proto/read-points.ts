import { type WireReader } from '@narthex/bytes';
import { type Attribute } from '../data/attributes.js';
import {
  type HistogramPoint,
  type NumberPoint,
  type OtlpExemplar,
  type QuantileValue,
  type SummaryPoint,
} from '../data/metrics-data.js';
import { HISTOGRAM_POINT, NUMBER_POINT, QUANTILE, SUMMARY_POINT } from './message-shapes.js';
import { readAttribute } from './read-attributes.js';
import { readExemplar } from './read-exemplar.js';

/** Reads one point, where the reader stands at its length. */
export type PointReader<P> = (reader: WireReader, end: number) => P;

export const readNumberPoint: PointReader<NumberPoint> = (reader, end) => {
  const { field } = NUMBER_POINT;
  const stop = reader.messageEnd(end);
  const attributes: Attribute[] = [];
  const exemplars: OtlpExemplar[] = [];
  let startNs = 0n;
  let timeNs = 0n;
  let flags = 0;
  let value: number | bigint | undefined;
  while (reader.next(NUMBER_POINT, stop)) {
    switch (reader.field) {
      case field.StartTimeUnixNano:
        startNs = reader.fixed64(stop);
        break;
      case field.TimeUnixNano:
        timeNs = reader.fixed64(stop);
        break;
      case field.AsDouble:
        value = reader.double(stop);
        break;
      case field.AsInt:
        value = BigInt.asIntN(64, reader.fixed64(stop));
        break;
      case field.Exemplars:
        exemplars.push(readExemplar(reader, stop));
        break;
      case field.Attributes:
        attributes.push(readAttribute(reader, stop));
        break;
      default:
        flags = reader.unsigned(stop) >>> 0;
    }
  }
  return { attributes, startNs, timeNs, flags, value, exemplars };
};

export const readHistogramPoint: PointReader<HistogramPoint> = (reader, end) => {
  const { field } = HISTOGRAM_POINT;
  const stop = reader.messageEnd(end);
  const attributes: Attribute[] = [];
  const exemplars: OtlpExemplar[] = [];
  const bucketCounts: number[] = [];
  const explicitBounds: number[] = [];
  let startNs = 0n;
  let timeNs = 0n;
  let flags = 0;
  let count = 0;
  let sum: number | undefined;
  while (reader.next(HISTOGRAM_POINT, stop)) {
    switch (reader.field) {
      case field.StartTimeUnixNano:
        startNs = reader.fixed64(stop);
        break;
      case field.TimeUnixNano:
        timeNs = reader.fixed64(stop);
        break;
      case field.Count:
        count = Number(reader.fixed64(stop));
        break;
      case field.Sum:
        sum = reader.double(stop);
        break;
      case field.BucketCounts:
        reader.fixed64s(stop, bucketCounts);
        break;
      case field.ExplicitBounds:
        reader.doubles(stop, explicitBounds);
        break;
      case field.Exemplars:
        exemplars.push(readExemplar(reader, stop));
        break;
      case field.Attributes:
        attributes.push(readAttribute(reader, stop));
        break;
      default:
        flags = reader.unsigned(stop) >>> 0;
    }
  }
  return { attributes, startNs, timeNs, flags, count, sum, bucketCounts, explicitBounds, exemplars };
};

export const readSummaryPoint: PointReader<SummaryPoint> = (reader, end) => {
  const { field } = SUMMARY_POINT;
  const stop = reader.messageEnd(end);
  const attributes: Attribute[] = [];
  const quantiles: QuantileValue[] = [];
  let startNs = 0n;
  let timeNs = 0n;
  let flags = 0;
  let count = 0;
  let sum = 0;
  while (reader.next(SUMMARY_POINT, stop)) {
    switch (reader.field) {
      case field.StartTimeUnixNano:
        startNs = reader.fixed64(stop);
        break;
      case field.TimeUnixNano:
        timeNs = reader.fixed64(stop);
        break;
      case field.Count:
        count = Number(reader.fixed64(stop));
        break;
      case field.Sum:
        sum = reader.double(stop);
        break;
      case field.QuantileValues:
        quantiles.push(readQuantile(reader, stop));
        break;
      case field.Attributes:
        attributes.push(readAttribute(reader, stop));
        break;
      default:
        flags = reader.unsigned(stop) >>> 0;
    }
  }
  return { attributes, startNs, timeNs, flags, count, sum, quantiles };
};

function readQuantile(reader: WireReader, end: number): QuantileValue {
  const stop = reader.messageEnd(end);
  let quantile = 0;
  let value = 0;
  while (reader.next(QUANTILE, stop)) {
    if (reader.field === QUANTILE.field.Quantile) quantile = reader.double(stop);
    else value = reader.double(stop);
  }
  return { quantile, value };
}
