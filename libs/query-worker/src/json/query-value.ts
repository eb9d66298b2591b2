import { formatFloat } from '@narthex/model';
import { type MatrixSeries, type QueryValue, type VectorSample } from '@narthex/promql';
import { type TextWriter } from '../text-writer.js';
import { FloatPoints, type StepTimes } from './float-points.js';
import { labelsJson } from './labels.js';
import { type PointsKernels } from './points-kernels.js';
import { floatSampleJson, histogramSampleJson } from './samples.js';
import { stringJson } from './string-json.js';

/**
 * Writes a query's value as the `data` of the HTTP API
 * (https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats).
 */
export async function writeQueryValue(
  writer: TextWriter,
  value: QueryValue,
  kernels: PointsKernels,
  steps?: StepTimes,
): Promise<void> {
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
      if (value.series.length === 0) {
        writer.text('[]');
        break;
      }
      await kernels.lend(async (kernel) => {
        const points = new FloatPoints(kernel);
        if (steps !== undefined) points.expect(steps);
        await writeList(writer, value.series, (series) => writeSeries(writer, series, points));
      });
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
  writer.text(`{"metric":${labelsJson(labels)},${sample}}`);
}

async function writeSeries(
  writer: TextWriter,
  { labels, columns }: MatrixSeries,
  points: FloatPoints,
): Promise<void> {
  writer.text(`{"metric":${labelsJson(labels)}`);
  const floatCount = await points.write(columns, ',"values":[', writer);
  if (floatCount > 0) writer.text(']');
  const { histograms, timestampsMs, length } = columns;
  let histogramCount = 0;
  for (let i = 0; histograms !== undefined && i < length; i++) {
    const histogram = histograms[i];
    if (histogram === undefined) continue;
    writer.text(
      (histogramCount++ === 0 ? ',"histograms":[' : ',') + histogramSampleJson(timestampsMs[i]!, histogram),
    );
    if (writer.isFull) await writer.flush();
  }
  writer.text(histogramCount > 0 ? ']}' : '}');
}
