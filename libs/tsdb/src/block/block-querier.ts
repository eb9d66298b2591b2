import { type Labels, type Matcher } from '@narthex/model';
import {
  type ChunkQuerier,
  type ChunkRead,
  type ChunkSeriesSet,
  type LabelAnswer,
  type LabelQuerier,
  type Querier,
  type SampleColumns,
  type SelectHints,
  type SeriesSet,
  type SharedRoom,
  StorageError,
} from '@narthex/storage';
import { type JoinablePart } from '../blocks/series-join.js';
import { type LabelIds, type TextIds } from '../blocks/text-ids.js';
import { type BlockChunks, type SeriesChunks } from './block-chunks.js';
import { type GivenBlock } from '../read/given-series.js';
import { blockLabelIds } from './block-label-ids.js';
import { labelNames, labelValues } from './block-labels.js';
import { selectSeries } from './block-select.js';
import { type FoundSeries } from './found-series.js';
import { type IndexReader } from './index-reader.js';
import { SeriesEntry } from './series-entry.js';
import { type Tombstones } from './tombstones.js';

const NO_WARNINGS: readonly string[] = [];

/** What a block's queriers read with. */
export interface BlockParts {
  readonly index: IndexReader;
  readonly chunks: BlockChunks;
}

export interface BlockViewOptions {
  /** The block's folder. */
  readonly folder: string;
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
  select(_sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<BlockSeriesSet> {
    return Promise.resolve().then(() => new BlockSeriesSet(this.options, this.find(hints, matchers)));
  }
}

/** Chunks of a block. Those at the range's ends come whole. */
export class BlockChunkQuerier extends BlockView implements ChunkQuerier {
  select(_sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<BlockChunkSeriesSet> {
    return Promise.resolve().then(() => new BlockChunkSeriesSet(this.options, this.find(hints, matchers)));
  }
}

class BlockSeries implements JoinablePart {
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
    reader.labelSymbols(this.found.refs[index]!, this.#entry);
    return reader.labelsOf(this.#entry);
  }

  labelIds(texts: TextIds): LabelIds {
    return blockLabelIds(this.options.parts.index, this.found, texts);
  }

  protected chunksOf(index: number): SeriesChunks {
    const { found, options } = this;
    const deleted = options.tombstones.of(found.refs[index]!);
    return { columns: found, from: found.firstChunk(index), to: found.chunkEnds[index]!, deleted };
  }
}

export class BlockSeriesSet extends BlockSeries implements SeriesSet {
  handOver(room: SharedRoom): GivenBlock {
    const { folder, tombstones, startMs, endMs } = this.options;
    const deleted = tombstones.entries();
    return { from: 'block', folder, startMs, endMs, ...this.found.handOver(room), deleted };
  }

  read(index: number, into: SampleColumns): void {
    const { parts, startMs, endMs } = this.options;
    parts.chunks.samples(this.chunksOf(index), startMs, endMs, into);
  }
}

class BlockChunkSeriesSet extends BlockSeries implements ChunkSeriesSet {
  chunks(index: number): IterableIterator<ChunkRead> {
    return this.options.parts.chunks.chunks(this.chunksOf(index));
  }
}
