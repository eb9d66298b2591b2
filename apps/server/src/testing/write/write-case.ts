import { type NativeHistogram } from '@narthex/model';
import {
  encodeWriteRequestV1,
  encodeWriteRequestV2,
  MessageWriter,
  type WrittenHistogram,
  type WrittenSeries,
} from '@narthex/remote';
import { compressSync } from 'snappy';

/** A request to `/api/v1/write`. What upstream answers stands in `write-answers.ts`. */
export interface WriteCase {
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Before compression. */
  readonly message?: (nowMs: number) => Uint8Array;
  /** As it is sent, in place of a compressed message. */
  readonly body?: (nowMs: number) => Uint8Array;
}

export const V1_TYPE = 'application/x-protobuf';
export const V2_TYPE = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';

export function bodyOf(request: WriteCase, nowMs: number): Uint8Array {
  if (request.body !== undefined) return request.body(nowMs);
  return compressSync(request.message!(nowMs));
}

export function headersOf(request: WriteCase): Record<string, string> {
  return request.headers ?? { 'Content-Type': V1_TYPE, 'Content-Encoding': 'snappy' };
}

export const v2Headers = { 'Content-Type': V2_TYPE, 'Content-Encoding': 'snappy' };

export function named(name: string, rest: Record<string, string> = {}): [string, string][] {
  return [['__name__', name], ...Object.entries(rest)];
}

export function samples(
  ...pairs: [timestampMs: number, value: number][]
): NonNullable<WrittenSeries['samples']> {
  return {
    timestampsMs: pairs.map(([timestampMs]) => timestampMs),
    values: Float64Array.from(pairs.map(([, value]) => value)),
  };
}

export function one(name: string, timestampMs: number, value = 1): WrittenSeries {
  return { labels: named(name, { a: 'b' }), samples: samples([timestampMs, value]) };
}

export const plainHistogram: NativeHistogram = {
  counterResetHint: 0,
  schema: 1,
  zeroThreshold: 0.001,
  zeroCount: 2,
  count: 12,
  sum: 18.4,
  positiveSpans: [
    { offset: 0, length: 2 },
    { offset: 1, length: 2 },
  ],
  negativeSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [1, 2, 1, 4],
  negativeBuckets: [2],
  customValues: [],
};

export const customHistogram: NativeHistogram = {
  counterResetHint: 0,
  schema: -53,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 6,
  sum: 10,
  positiveSpans: [{ offset: 0, length: 3 }],
  negativeSpans: [],
  positiveBuckets: [1, 2, 3],
  negativeBuckets: [],
  customValues: [1, 2.5],
};

export function histogramSeries(
  name: string,
  timestampMs: number,
  changes: Partial<NativeHistogram>,
  integer: boolean,
  base: NativeHistogram = plainHistogram,
): WrittenSeries {
  const histogram: WrittenHistogram = { timestampMs, integer, histogram: { ...base, ...changes } };
  return { labels: named(name), histograms: [histogram] };
}

/** A request whose only series has one histogram. */
export function histogramCase(
  name: string,
  changes: Partial<NativeHistogram>,
  kind: { integer?: boolean; base?: NativeHistogram } = {},
): WriteCase {
  const { integer = true, base = plainHistogram } = kind;
  const metric = `h_${name.replaceAll(/\W/g, '_')}`;
  return {
    name: `histogram: ${name}`,
    message: (nowMs) => encodeWriteRequestV1([histogramSeries(metric, nowMs, changes, integer, base)]),
  };
}

export function bytes(write: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  write(writer);
  return writer.copy();
}

export function v1(name: string, series: (nowMs: number) => WrittenSeries[]): WriteCase {
  return { name, message: (nowMs) => encodeWriteRequestV1(series(nowMs)) };
}

export function v1Raw(name: string, message: readonly number[]): WriteCase {
  return { name, message: () => Uint8Array.from(message) };
}

export function v2(name: string, series: (nowMs: number) => WrittenSeries[]): WriteCase {
  return {
    name: `2.0: ${name}`,
    headers: v2Headers,
    message: (nowMs) => encodeWriteRequestV2(series(nowMs)),
  };
}

/** A request of 2.0 with one series of these label references and one sample. */
export function v2Refs(name: string, symbols: readonly string[], refs: readonly number[]): WriteCase {
  return {
    name: `2.0: ${name}`,
    headers: v2Headers,
    message: (nowMs) =>
      bytes((writer) => {
        for (const symbol of symbols) writer.text(4, symbol);
        const start = writer.begin(5);
        writer.integers(1, refs);
        const sample = writer.begin(2);
        writer.double(1, 1);
        writer.integer(2, nowMs);
        writer.end(sample);
        writer.end(start);
      }),
  };
}

export const someBody = (nowMs: number): Uint8Array => encodeWriteRequestV1([one('some', nowMs)]);
export const longText = 'x'.repeat(200);
