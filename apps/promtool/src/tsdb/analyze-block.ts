import { type Matcher } from '@narthex/model';
import { parseMetricSelector } from '@narthex/promql';
import { type BlockReader, type ReadOnlyDatabase } from '@narthex/tsdb';
import { ToolError } from '../errors.js';
import { type Tool } from '../tool.js';
import { durationText } from './block-table.js';
import { ChunkStatistics } from './chunk-statistics.js';
import { LabelStatistics } from './label-statistics.js';
import { type Ranked, rankedLines } from './ranking.js';
import { withDatabase } from './with-database.js';

export interface BlockAnalysis {
  readonly folder: string;
  /** '' for the block made last. */
  readonly blockUlid: string;
  readonly limit: number;
  readonly extended: boolean;
  /** A selector, or '' for all series. */
  readonly match: string;
}

/** `promtool tsdb analyze`: what fills a block. */
export async function analyzeBlock(options: BlockAnalysis, tool: Tool): Promise<number> {
  const matchers = options.match === '' ? [] : parseMetricSelector(options.match);
  return withDatabase(options.folder, tool, async (database) => {
    await new Analysis(chosenBlock(database, options.blockUlid), matchers, options, tool).print();
  });
}

function chosenBlock(database: ReadOnlyDatabase, wanted: string): BlockReader {
  const ulid = wanted === '' ? database.lastBlockUlid() : wanted;
  if (ulid === undefined) throw new ToolError('no blocks found');
  const block = database.block(ulid);
  if (block === undefined) throw new ToolError(`invalid block ID ${ulid}`);
  return block;
}

class Analysis {
  readonly #block: BlockReader;
  readonly #matchers: readonly Matcher[];
  readonly #options: BlockAnalysis;
  readonly #tool: Tool;
  readonly #statistics: LabelStatistics;

  constructor(block: BlockReader, matchers: readonly Matcher[], options: BlockAnalysis, tool: Tool) {
    this.#block = block;
    this.#matchers = matchers;
    this.#options = options;
    this.#tool = tool;
    this.#statistics = new LabelStatistics(rangeOf(block));
  }

  async print(): Promise<void> {
    const { meta } = this.#block;
    const { match, extended } = this.#options;
    const { out } = this.#tool;
    const rangeMs = rangeOf(this.#block);
    out(
      `Block ID: ${meta.ulid}\nDuration: ${durationText(rangeMs)}\nTotal Series: ${meta.stats.numSeries}\n`,
    );
    if (match !== '') out(`Matcher: ${match}\n`);
    const querier = this.#block.querier(-Infinity, Infinity);
    try {
      const { values: names } = await querier.labelNames(this.#matchers, 0);
      out(`Label names: ${names.length}\n`);
      this.#count();
      this.#printLabels(this.#statistics);
      const lengths: Ranked[] = [];
      const counts: Ranked[] = [];
      for (const name of names) {
        const { values } = await querier.labelValues(name, this.#matchers, 0);
        lengths.push([name, values.reduce((sum, value) => sum + Buffer.byteLength(value), 0)]);
        counts.push([name, values.length]);
      }
      this.#printList('Label names with highest cumulative label value length', lengths);
      this.#printList('Highest cardinality labels', counts);
    } finally {
      querier.close();
    }
    this.#printList('Highest cardinality metric names', this.#statistics.metrics());
    if (extended) this.#printChunks();
  }

  #count(): void {
    const cursor = this.#block.series(this.#matchers);
    try {
      if (this.#options.match !== '') this.#tool.out(`Matched series: ${cursor.length}\n`);
      while (cursor.next()) this.#statistics.add(cursor);
    } finally {
      cursor.close();
    }
  }

  #printLabels(statistics: LabelStatistics): void {
    this.#tool.out(
      `Postings (unique label pairs): ${statistics.pairCount}\n` +
        `Postings entries (total label pairs): ${statistics.entries}\n`,
    );
    this.#printList('Label pairs most involved in churning', statistics.pairChurn());
    this.#printList('Label names most involved in churning', statistics.nameChurn());
    this.#printList('Most common label pairs', statistics.pairs());
  }

  #printList(title: string, entries: Iterable<Ranked>): void {
    this.#tool.out(`\n${title}:\n${rankedLines(entries, this.#options.limit)}`);
  }

  #printChunks(): void {
    const statistics = new ChunkStatistics();
    const cursor = this.#block.series(this.#matchers);
    try {
      while (cursor.next()) for (const chunk of cursor.storedChunks()) statistics.add(chunk);
    } finally {
      cursor.close();
    }
    this.#tool.out(`\nCompaction analysis:\n\n${statistics.text()}`);
  }
}

function rangeOf({ meta }: BlockReader): number {
  return meta.maxTimeMs - meta.minTimeMs;
}
