import { parseMetricSelector } from '@narthex/promql';
import { type SelectHints } from '@narthex/storage';
import { statSync } from 'node:fs';
import { trying } from '../errors.js';
import { type Tool } from '../tool.js';
import { type SeriesText, type TimeRange } from './sample-text.js';
import { walkSeries } from './series-walk.js';
import { withDatabase } from './with-database.js';

const BATCH_LENGTH = 1 << 16;

export interface Dump extends TimeRange {
  readonly folder: string;
  /** Where upstream keeps files meanwhile; undefined for beside the data. Only looked at. */
  readonly sandboxRoot: string | undefined;
  /** Selectors; one at least. */
  readonly match: readonly string[];
  readonly text: SeriesText;
  /** Behind all series. */
  readonly end: string;
}

/** `promtool tsdb dump` and `dump-openmetrics`: every sample, a line each. */
export async function dump(options: Dump, tool: Tool): Promise<number> {
  const { folder, sandboxRoot, minTimeMs, maxTimeMs, match, text } = options;
  if (sandboxRoot !== undefined) await trying('setting up sandbox dir', () => statSync(sandboxRoot));
  return withDatabase(folder, tool, async (database) => {
    const querier = await database.chunkQuerier(minTimeMs, maxTimeMs);
    const lines = new BatchedOutput(tool);
    try {
      const selectors = match.map((selector) => parseMetricSelector(selector));
      // Series of the log alone come in the order in which they came to be.
      const sorted = database
        .blocks()
        .some(({ meta }) => meta.minTimeMs <= maxTimeMs && minTimeMs < meta.maxTimeMs);
      const series = await walkSeries(querier, { sorted, hints: hintsFor(options), selectors });
      for (const { labels, chunks } of series) {
        for (const line of text(labels, chunks, options)) {
          lines.add(line);
          if (lines.isFull) await lines.flush();
        }
      }
      lines.add(options.end);
    } finally {
      await lines.flush();
      querier.close();
    }
  });
}

function hintsFor({ minTimeMs: startMs, maxTimeMs: endMs }: TimeRange): SelectHints {
  return { startMs, endMs, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
}

/** Joins lines, so that each does not cost a write. */
class BatchedOutput {
  readonly #tool: Tool;
  #text = '';

  constructor(tool: Tool) {
    this.#tool = tool;
  }

  get isFull(): boolean {
    return this.#text.length >= BATCH_LENGTH;
  }

  add(line: string): void {
    this.#text += line;
  }

  async flush(): Promise<void> {
    if (this.#text !== '') this.#tool.out(this.#text);
    this.#text = '';
    await this.#tool.drained();
  }
}
