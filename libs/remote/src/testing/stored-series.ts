import { HistogramChunk, XorAppender } from '@narthex/chunks';
import { type Labels, matchesAll, type Matcher, type NativeHistogram } from '@narthex/model';
import {
  CHUNK_ENCODING,
  type ChunkQuerier,
  type ChunkQueryable,
  type ChunkRead,
  type Querier,
  type Queryable,
  SampleColumns,
} from '@narthex/storage';

/** Samples of one series, oldest first: floats or histograms of whole numbers. */
export interface StoredSeries {
  readonly labels: Labels;
  readonly samples: readonly (readonly [timestampMs: number, value: number | NativeHistogram])[];
}

const CHUNK_SAMPLES = 3;

/** A storage that holds a few series, which it gives as samples or as small chunks. */
export class FewSeries implements Queryable, ChunkQueryable {
  series: readonly StoredSeries[];
  /** Selects that it was asked for. */
  readonly asked: string[] = [];

  constructor(...series: readonly StoredSeries[]) {
    this.series = series;
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    return {
      ...this.#labels(),
      select: (_sorted, hints, matchers) => {
        this.asked.push(`${minTimeMs} ${maxTimeMs} ${hints.func} ${matchers.map(String).join()}`);
        const found = this.#matching(matchers);
        return Promise.resolve({
          length: found.length,
          warnings: [],
          labels: (index) => found[index]!.labels,
          read: (index, into) => {
            for (const [timestampMs, value] of found[index]!.samples) {
              if (timestampMs < minTimeMs || timestampMs > maxTimeMs) continue;
              if (typeof value === 'number') into.pushFloat(timestampMs, value);
              else into.pushHistogram(timestampMs, value);
            }
          },
        });
      },
    };
  }

  chunkQuerier(minTimeMs: number, maxTimeMs: number): ChunkQuerier {
    return {
      ...this.#labels(),
      select: (_sorted, hints, matchers) => {
        this.asked.push(`${minTimeMs} ${maxTimeMs} ${hints.func} ${matchers.map(String).join()}`);
        const found = this.#matching(matchers);
        return Promise.resolve({
          length: found.length,
          warnings: [],
          labels: (index) => found[index]!.labels,
          chunks: (index) => chunksOf(found[index]!),
        });
      },
    };
  }

  #matching(matchers: readonly Matcher[]): readonly StoredSeries[] {
    return this.series
      .filter(({ labels }) => matchesAll(labels, matchers))
      .sort((a, b) => a.labels.compare(b.labels));
  }

  #labels(): Pick<Querier, 'labelNames' | 'labelValues' | 'close'> {
    const all = this.series.map(({ labels }) => labels);
    return {
      labelNames: () =>
        Promise.resolve({ values: all.flatMap((labels) => [...labels].map(([name]) => name)), warnings: [] }),
      labelValues: (name) => Promise.resolve({ values: all.map((labels) => labels.get(name)), warnings: [] }),
      close: () => undefined,
    };
  }
}

function* chunksOf({ samples }: StoredSeries): IterableIterator<ChunkRead> {
  for (let from = 0; from < samples.length; from += CHUNK_SAMPLES) {
    const part = samples.slice(from, from + CHUNK_SAMPLES);
    const isFloat = typeof part[0]![1] === 'number';
    yield {
      minTimeMs: part[0]![0],
      maxTimeMs: part.at(-1)![0],
      encoding: isFloat ? CHUNK_ENCODING.xor : CHUNK_ENCODING.histogram,
      sampleCount: part.length,
      bytes: isFloat
        ? xorChunk(part as [number, number][])
        : histogramChunk(part as [number, NativeHistogram][]),
    };
  }
}

function xorChunk(samples: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = new Uint8Array(256);
  const appender = new XorAppender();
  appender.create(bytes, 0);
  const words = new DataView(new ArrayBuffer(8));
  for (const [timestampMs, value] of samples) {
    words.setFloat64(0, value);
    appender.append(timestampMs, words.getUint32(0), words.getUint32(4));
  }
  return bytes.subarray(0, appender.byteLength);
}

function histogramChunk([first, ...rest]: readonly (readonly [number, NativeHistogram])[]): Uint8Array {
  let chunk = HistogramChunk.begin(true, ...first!);
  for (const [timestampMs, histogram] of rest) chunk = chunk.append(timestampMs, histogram);
  return chunk.bytes();
}

/** What a select gives of everything, as plain data. */
export async function everythingOf(
  storage: Queryable,
  minTimeMs: number,
  maxTimeMs: number,
  matchers: readonly Matcher[],
  func = '',
): Promise<{ readonly series: readonly unknown[]; readonly warnings: readonly string[] }> {
  const querier = storage.querier(minTimeMs, maxTimeMs);
  const hints = {
    startMs: minTimeMs,
    endMs: maxTimeMs,
    stepMs: 0,
    rangeMs: 0,
    func,
    grouping: [],
    by: false,
    limit: 0,
  };
  const set = await querier.select(true, hints, matchers);
  const series = Array.from({ length: set.length }, (_, index) => {
    const columns = new SampleColumns();
    set.read(index, columns);
    return [
      set.labels(index).toString(),
      Array.from({ length: columns.length }, (__, at) => [
        columns.timestampsMs[at],
        columns.histograms?.[at]?.count ?? columns.values[at],
      ]),
    ];
  });
  querier.close();
  return { series, warnings: set.warnings };
}
