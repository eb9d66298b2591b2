import { type DecodedColumns, ChunkError, type DecodeKernel } from '@narthex/chunks';
import { type Labels, type Matcher } from '@narthex/model';
import {
  CHUNK_ENCODING,
  type ChunkEncoding,
  type ChunkQuerier,
  type ChunkRead,
  type ChunkSeriesSet,
  type LabelAnswer,
  type LabelQuerier,
  type Querier,
  SampleColumns,
  type SelectHints,
  type SeriesSet,
  StorageError,
} from '@narthex/storage';
import { labelNames, labelValues } from './block-labels.js';
import { selectSeries } from './block-select.js';
import { type ChunkReader } from './chunk-reader.js';
import { corruption } from './corruption.js';
import { appendSamples } from './decoded-samples.js';
import { type FoundSeries } from './found-series.js';
import { type IndexReader } from './index-reader.js';
import { coversAny, type Intervals } from './intervals.js';
import { xorChunks } from './rewritten-chunks.js';
import { SeriesEntry } from './series-entry.js';
import { type Tombstones } from './tombstones.js';

/** Decoded at once, which bounds the kernel's memory. */
const BATCH_SAMPLES = 16_384;
const BATCH_CHUNKS = 256;
/** Every chunk begins with the number of its samples, in 16 bits. */
const COUNT_BYTES = 2;
const NO_WARNINGS: readonly string[] = [];
const ENCODINGS: ReadonlySet<number> = new Set(Object.values(CHUNK_ENCODING));

/** What a block's queriers read with. */
export interface BlockParts {
  readonly folder: string;
  readonly index: IndexReader;
  readonly chunks: ChunkReader;
  readonly kernel: DecodeKernel;
}

export interface BlockViewOptions {
  readonly parts: BlockParts;
  /** As they were when the view was opened. */
  readonly tombstones: Tombstones;
  readonly startMs: number;
  readonly endMs: number;
  /** Called once, when the view is closed. */
  readonly onClose: () => void;
}

class BlockView implements LabelQuerier {
  protected readonly options: BlockViewOptions;
  #closed = false;

  constructor(options: BlockViewOptions) {
    this.options = options;
  }

  labelValues(name: string, matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#answer(() => labelValues(this.options.parts.index, name, matchers, limit));
  }

  labelNames(matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#answer(() => labelNames(this.options.parts.index, matchers, limit));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.options.onClose();
  }

  /** Series come in the order of their labels, asked for or not: it is that of the index. */
  protected find(hints: SelectHints, matchers: readonly Matcher[]): FoundSeries {
    this.#checkOpen();
    const { parts, tombstones, startMs, endMs } = this.options;
    return selectSeries(parts.index, tombstones, startMs, endMs, matchers, hints);
  }

  #answer(values: () => readonly string[]): Promise<LabelAnswer> {
    return Promise.resolve().then(() => {
      this.#checkOpen();
      return { values: values(), warnings: NO_WARNINGS };
    });
  }

  #checkOpen(): void {
    if (this.#closed) throw new StorageError('CLOSED', 'the querier is closed');
  }
}

/** Samples of a block. */
export class BlockQuerier extends BlockView implements Querier {
  select(_sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<SeriesSet> {
    return Promise.resolve().then(() => new BlockSeriesSet(this.options, this.find(hints, matchers)));
  }
}

/** Chunks of a block. Those at the range's ends come whole. */
export class BlockChunkQuerier extends BlockView implements ChunkQuerier {
  select(_sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<ChunkSeriesSet> {
    return Promise.resolve().then(() => new BlockChunkSeriesSet(this.options, this.find(hints, matchers)));
  }
}

class BlockSeries {
  readonly warnings = NO_WARNINGS;
  protected readonly options: BlockViewOptions;
  protected readonly found: FoundSeries;
  readonly #entry = new SeriesEntry();

  constructor(options: BlockViewOptions, found: FoundSeries) {
    this.options = options;
    this.found = found;
  }

  get length(): number {
    return this.found.length;
  }

  labels(index: number): Labels {
    const { index: reader } = this.options.parts;
    reader.series(this.found.refs[index]!, this.#entry);
    return reader.labelsOf(this.#entry);
  }

  protected deleted(index: number): Intervals {
    return this.options.tombstones.of(this.found.refs[index]!);
  }

  /** Reads a chunk and returns how many samples it says it has. */
  protected readChunk(at: number): number {
    const { chunks, folder } = this.options.parts;
    chunks.read(this.found.chunkRefs[at]!);
    if (!ENCODINGS.has(chunks.encoding)) {
      throw corruption(folder, `invalid chunk encoding "<unknown: ${chunks.encoding}>"`);
    }
    if (chunks.bytes.length < COUNT_BYTES)
      throw corruption(folder, 'a chunk ends before the number of its samples');
    return (chunks.bytes[0]! << 8) | chunks.bytes[1]!;
  }

  /** Puts the chunk read last into the kernel. */
  protected addToKernel(sampleCount: number): void {
    const { chunks, kernel, folder } = this.options.parts;
    if (chunks.encoding !== CHUNK_ENCODING.xor) {
      throw new StorageError(
        'UNSUPPORTED',
        `${folder}: chunks of encoding ${chunks.encoding} cannot be decoded yet`,
      );
    }
    kernel.add(chunks.bytes, 0, chunks.bytes.length, sampleCount);
  }

  protected decode(): DecodedColumns {
    const { kernel, folder } = this.options.parts;
    try {
      return kernel.decode();
    } catch (cause) {
      if (cause instanceof ChunkError) throw corruption(folder, cause.message, cause);
      throw cause;
    }
  }
}

class BlockSeriesSet extends BlockSeries implements SeriesSet {
  read(index: number, into: SampleColumns): void {
    const { kernel } = this.options.parts;
    const { startMs, endMs } = this.options;
    const deleted = this.deleted(index);
    const end = this.found.chunkEnds[index]!;
    for (let at = this.found.firstChunk(index); at < end;) {
      kernel.begin(BATCH_CHUNKS);
      const full = Math.min(end, at + BATCH_CHUNKS);
      do this.addToKernel(this.readChunk(at++));
      while (at < full && kernel.samples < BATCH_SAMPLES);
      appendSamples(this.decode(), startMs, endMs, deleted, into);
    }
  }
}

class BlockChunkSeriesSet extends BlockSeries implements ChunkSeriesSet {
  *chunks(index: number): IterableIterator<ChunkRead> {
    const { chunks } = this.options.parts;
    const { minTimesMs, maxTimesMs, chunkEnds } = this.found;
    const deleted = this.deleted(index);
    for (let at = this.found.firstChunk(index); at < chunkEnds[index]!; at++) {
      const sampleCount = this.readChunk(at);
      const [minTimeMs, maxTimeMs] = [minTimesMs[at]!, maxTimesMs[at]!];
      if (coversAny(deleted, minTimeMs, maxTimeMs)) {
        yield* xorChunks(this.#left(sampleCount, deleted), sampleCount);
        continue;
      }
      const encoding = chunks.encoding as ChunkEncoding;
      // A copy: other sets of the block read through the same buffer.
      yield { minTimeMs, maxTimeMs, encoding, sampleCount, bytes: chunks.bytes.slice() };
    }
  }

  /** The samples of the chunk read last that are not deleted. */
  #left(sampleCount: number, deleted: Intervals): SampleColumns {
    this.options.parts.kernel.begin(1);
    this.addToKernel(sampleCount);
    const left = new SampleColumns(sampleCount);
    appendSamples(this.decode(), -Infinity, Infinity, deleted, left);
    return left;
  }
}
