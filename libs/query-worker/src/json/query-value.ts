import { formatFloat } from '@narthex/model';
import { type MatrixSeries, type QueryValue, type VectorSample } from '@narthex/promql';
import { type TextWriter } from '../text-writer.js';
import { floatSampleJson, histogramSampleJson, timestampJson } from './samples.js';

/** The points of one series are written in runs of so many. */
const RUN = 1000;

/** Upstream answers with no more points a series. */
const MOST_TIMES = 11_000;

/**
 * Writes a query's value as the `data` of the HTTP API
 * (https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats).
 */
export async function writeQueryValue(writer: TextWriter, value: QueryValue): Promise<void> {
  writer.text(`{"resultType":"${value.type}","result":`);
  switch (value.type) {
    case 'scalar':
      writer.text(`[${value.timestampMs / 1000},"${formatFloat(value.value)}"]`);
      break;
    case 'string':
      writer.text(`[${value.timestampMs / 1000},${stringJson(value.value)}]`);
      break;
    case 'vector':
      await writeList(writer, value.samples, (sample) => writeSample(writer, sample));
      break;
    case 'matrix': {
      const times = new TimestampTexts();
      await writeList(writer, value.series, (series) => writeSeries(writer, series, times));
      break;
    }
  }
  writer.text('}');
  await writer.flush();
}

async function writeList<T>(
  writer: TextWriter,
  items: readonly T[],
  write: (item: T) => Promise<void> | void,
): Promise<void> {
  writer.text('[');
  for (const [index, item] of items.entries()) {
    if (index > 0) writer.text(',');
    const more = write(item);
    if (more !== undefined) await more;
    if (writer.isFull) await writer.flush();
  }
  writer.text(']');
}

function writeSample(writer: TextWriter, { labels, timestampMs, value, histogram }: VectorSample): void {
  const sample =
    histogram === undefined
      ? `"value":${floatSampleJson(timestampMs, value)}`
      : `"histogram":${histogramSampleJson(timestampMs, histogram)}`;
  writer.text(`{"metric":${JSON.stringify(labels)},${sample}}`);
}

/** The series of a range query share their timestamps, so each is formatted once. */
class TimestampTexts {
  readonly #texts = new Map<number, string>();

  of(timestampMs: number): string {
    let text = this.#texts.get(timestampMs);
    if (text === undefined) {
      // Raw samples of many targets share little: then there is nothing to gain from keeping them.
      if (this.#texts.size >= MOST_TIMES) this.#texts.clear();
      text = timestampJson(timestampMs);
      this.#texts.set(timestampMs, text);
    }
    return text;
  }
}

async function writeSeries(
  writer: TextWriter,
  { labels, columns }: MatrixSeries,
  times: TimestampTexts,
): Promise<void> {
  writer.text(`{"metric":${JSON.stringify(labels)}`);
  const { histograms, timestampsMs, values, length } = columns;
  let floatCount = 0;
  for (let i = 0; i < length; i++) {
    if (histograms?.[i] !== undefined) continue;
    const start = floatCount++ === 0 ? ',"values":[' : ',';
    writer.text(`${start}[${times.of(timestampsMs[i]!)},"${formatFloat(values[i]!)}"]`);
    if (floatCount % RUN === 0 && writer.isFull) await writer.flush();
  }
  if (floatCount > 0) writer.text(']');
  let histogramCount = 0;
  for (let i = 0; i < length; i++) {
    const histogram = histograms?.[i];
    if (histogram === undefined) continue;
    writer.text(
      (histogramCount++ === 0 ? ',"histograms":[' : ',') + histogramSampleJson(timestampsMs[i]!, histogram),
    );
    if (writer.isFull) await writer.flush();
  }
  writer.text(histogramCount > 0 ? ']}' : '}');
}

/** A text as Go's encoder writes it: safe to stand in HTML. */
function stringJson(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
