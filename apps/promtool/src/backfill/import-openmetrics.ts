import { compileDecodeKernel, DecodeKernel } from '@narthex/chunks';
import { type OpenMetricsParser } from '@narthex/exposition';
import { Labels } from '@narthex/model';
import { BlockReader } from '@narthex/tsdb';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError, trying } from '../errors.js';
import { type Tool } from '../tool.js';
import { blockTable } from '../tsdb/block-table.js';
import { BackfillBlock } from './backfill-block.js';
import { blockDurationFor, blockStart } from './block-duration.js';
import { OpenMetricsFile } from './openmetrics-file.js';

export interface OpenMetricsImport {
  readonly inputFile: string;
  readonly outputFolder: string;
  /** Put on every series, over labels of the same name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly humanReadable: boolean;
  readonly quiet: boolean;
  readonly maxBlockDurationMs: number;
}

/** `promtool tsdb create-blocks-from openmetrics`: one block for each stretch of two hours, or of the length asked for. */
export async function importOpenMetrics(options: OpenMetricsImport, tool: Tool): Promise<number> {
  const file = OpenMetricsFile.open(options.inputFile);
  try {
    await trying('create output dir', () => mkdirSync(options.outputFolder, { recursive: true }));
    const times = await trying('getting min and max timestamp', () => file.scan());
    await trying('block creation', () => new BlockMaker(file, options, tool).makeAll(times));
    return 0;
  } finally {
    file.close();
  }
}

class BlockMaker {
  readonly #file: OpenMetricsFile;
  readonly #options: OpenMetricsImport;
  readonly #tool: Tool;
  readonly #kernelModule = compileDecodeKernel();
  readonly #kernel = new DecodeKernel(this.#kernelModule);
  #wroteHeader = false;

  constructor(file: OpenMetricsFile, options: OpenMetricsImport, tool: Tool) {
    this.#file = file;
    this.#options = options;
    this.#tool = tool;
  }

  async makeAll({ minTimeMs, maxTimeMs }: { minTimeMs: number; maxTimeMs: number }): Promise<void> {
    const durationMs = blockDurationFor(this.#options.maxBlockDurationMs);
    let startMs = blockStart(minTimeMs, durationMs);
    while (startMs <= maxTimeMs) {
      const nextMs = await trying('process blocks', () => this.#make(startMs, durationMs));
      if (nextMs === Infinity) return;
      startMs = blockStart(nextMs, durationMs);
    }
  }

  /** Returns the time of the first sample behind the block. */
  async #make(startMs: number, durationMs: number): Promise<number> {
    const { outputFolder: folder, labels, quiet } = this.#options;
    // The head takes samples up to half a range behind the newest, and here they may come from the whole block.
    const block = new BackfillBlock({
      folder,
      chunkRangeMs: 2 * durationMs,
      clock: this.#tool.clock,
      kernelModule: this.#kernelModule,
    });
    const series = new SeriesOfFile(block, labels);
    const nextMs = await this.#file.visit(
      startMs,
      startMs + durationMs,
      (parser) => series.note(parser),
      () => trying('add sample', () => series.settle()),
    );
    const meta = await trying('flush', () => block.flush());
    if (meta !== undefined && !quiet) this.#print(join(folder, meta.ulid));
    return nextMs;
  }

  #print(folder: string): void {
    const block = BlockReader.open({ folder, kernel: this.#kernel });
    const { humanReadable } = this.#options;
    this.#tool.out(blockTable([block], { header: !this.#wroteHeader, humanReadable }));
    this.#wroteHeader = true;
    block.close();
  }
}

/** Knows the series of one block by how they are spelled, so that labels are made once for each spelling. */
class SeriesOfFile {
  readonly #block: BackfillBlock;
  readonly #added: ReadonlyMap<string, string>;
  readonly #known = new Map<string, number>();
  #lastSpelling: Buffer = Buffer.alloc(0);
  #lastType = '';
  #lastSeries = 0;
  #failure: Error | undefined;

  constructor(block: BackfillBlock, added: ReadonlyMap<string, string>) {
    this.#block = block;
    this.#added = added;
  }

  note(parser: OpenMetricsParser): void {
    if (this.#failure !== undefined) return;
    const { timestampMs, value } = parser;
    try {
      const series = this.#seriesOf(parser);
      // Upstream's times wrap around out there.
      if (!Number.isSafeInteger(timestampMs)) throw new ToolError('out of bounds');
      this.#block.note(series, timestampMs, value);
    } catch (error) {
      // What came before it is taken first, since it may be worse.
      this.#failure = error instanceof Error ? error : new ToolError(String(error));
    }
  }

  async settle(): Promise<void> {
    await this.#block.settle();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #seriesOf(parser: OpenMetricsParser): number {
    const { bytes, seriesStart, seriesEnd, metricType } = parser;
    const spelling = Buffer.from(bytes.buffer, bytes.byteOffset + seriesStart, seriesEnd - seriesStart);
    if (metricType === this.#lastType && this.#lastSpelling.equals(spelling)) return this.#lastSeries;
    // The type decides how some labels are normalised.
    const key = `${metricType} ${spelling.toString('latin1')}`;
    let series = this.#known.get(key);
    if (series === undefined) {
      series = this.#block.series(Labels.of([...parser.labels(), ...this.#added]));
      this.#known.set(key, series);
    }
    this.#lastSpelling = Buffer.from(spelling);
    this.#lastType = metricType;
    this.#lastSeries = series;
    return series;
  }
}
