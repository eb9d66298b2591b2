import { openChunk, SAMPLE_KIND, type SampleCursor, type SampleKind } from '@narthex/chunks';
import {
  formatFloat,
  formatFloatG,
  formatHistogram,
  type Labels,
  METRIC_NAME,
  quoteGo,
} from '@narthex/model';
import { type ChunkRead } from '@narthex/storage';

/** The range of times that is asked for, both ends included. */
export interface TimeRange {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** Lines of one series. */
export type SeriesText = (
  labels: Labels,
  chunks: Iterable<ChunkRead>,
  range: TimeRange,
) => IterableIterator<string>;

/**
 * `{labels} value time` a sample. As upstream: floats come first, then float histograms, then integer ones, and where
 * a series passes from one kind to the next, the first sample that is not of the kind at hand is left out.
 */
export const plainText: SeriesText = function* (labels, chunks, range) {
  const name = labels.toString();
  const kinds: SampleKind[] = [SAMPLE_KIND.float, SAMPLE_KIND.floatHistogram, SAMPLE_KIND.histogram];
  for (const cursor of samplesOf(chunks, range)) {
    if (cursor.kind !== kinds[0]) {
      kinds.shift();
      if (kinds.length === 0) return;
      continue;
    }
    yield `${name} ${sampleText(cursor)} ${cursor.timestampMs}\n`;
  }
};

/** `name{labels} value seconds` a sample, up to the first that is no float: OpenMetrics has no word for it. */
export const openMetricsText: SeriesText = function* (labels, chunks, range) {
  const pairs = [...labels.withoutName()].map(([label, value]) => `${label}=${quoteGo(value)}`);
  const name = `${labels.get(METRIC_NAME)}{${pairs.join(',')}}`;
  for (const cursor of samplesOf(chunks, range)) {
    if (cursor.kind !== SAMPLE_KIND.float) return;
    yield `${name} ${formatFloatG(valueOf(cursor))} ${(cursor.timestampMs / 1000).toFixed(3)}\n`;
  }
};

/** Moves one cursor a chunk through the samples of the range. */
function* samplesOf(
  chunks: Iterable<ChunkRead>,
  { minTimeMs, maxTimeMs }: TimeRange,
): IterableIterator<SampleCursor> {
  for (const { encoding, bytes, sampleCount } of chunks) {
    const cursor = openChunk(encoding, bytes, sampleCount);
    while (cursor.next()) {
      if (cursor.timestampMs < minTimeMs) continue;
      if (cursor.timestampMs > maxTimeMs) break;
      yield cursor;
    }
  }
}

function sampleText(cursor: SampleCursor): string {
  switch (cursor.kind) {
    case SAMPLE_KIND.float:
      return formatFloatG(valueOf(cursor));
    case SAMPLE_KIND.floatHistogram:
      return formatHistogram(cursor.histogram());
    case SAMPLE_KIND.histogram:
      return formatHistogram(cursor.histogram(), formatFloat);
  }
}

const value = new Float64Array(1);
const valueWords = new Uint32Array(value.buffer);

function valueOf(cursor: SampleCursor): number {
  cursor.copyValue(valueWords, 0);
  return value[0]!;
}
