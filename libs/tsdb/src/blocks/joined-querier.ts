import { type Matcher } from '@narthex/model';
import {
  type ChunkQuerier,
  type ChunkSeriesSet,
  type LabelAnswer,
  type LabelQuerier,
  type Querier,
  type SelectHints,
  type SeriesSet,
} from '@narthex/storage';
import { type HeadView } from '../read/head-querier.js';
import { JoinedChunkSeriesSet, JoinedSeriesSet } from './joined-series.js';
import { mergeTexts } from './merge-texts.js';
import { type JoinablePart, type JoinOptions, SeriesJoin } from './series-join.js';

/** The hint of who wants labels and no samples. */
const LABELS_ONLY = 'series';

/** A querier whose series can be joined with those of others. */
interface PartQuerier<Found> extends LabelQuerier {
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<Found & JoinablePart>;
  close(): void;
}

type HeadPart<Found> = PartQuerier<Found> & HeadView;

/** One view of the head and of blocks: what the two queriers have in common. */
class JoinedView<Found> implements LabelQuerier, HeadView {
  /** The whole range, as the blocks have it. */
  readonly startMs: number;
  readonly #head: HeadPart<Found>;
  readonly #blocks: readonly PartQuerier<Found>[];

  /** Takes the queriers over. The blocks are in order of time. */
  constructor(head: HeadPart<Found>, blocks: readonly PartQuerier<Found>[], startMs: number) {
    this.startMs = startMs;
    this.#head = head;
    this.#blocks = blocks;
  }

  get commit(): number {
    return this.#head.commit;
  }

  get endMs(): number {
    return this.#head.endMs;
  }

  close(): void {
    for (const block of this.#blocks) block.close();
    // Last: it holds the epoch that keeps the blocks' files there.
    this.#head.close();
  }

  labelValues(name: string, matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#answer(limit, (part) => part.labelValues(name, matchers, limit));
  }

  labelNames(matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#answer(limit, (part) => part.labelNames(matchers, limit));
  }

  /** The answers of the parts that have any, joined by `join` where it takes more than one. */
  protected async find(
    sorted: boolean,
    hints: SelectHints,
    matchers: readonly Matcher[],
    join: (parts: readonly (Found & JoinablePart)[], options: JoinOptions) => Found,
  ): Promise<Found> {
    const all = { ...hints, limit: 0 };
    const found: (Found & JoinablePart)[] = [];
    for (const block of this.#blocks) {
      const series = await block.select(sorted, all, matchers);
      if (series.length > 0) found.push(series);
    }
    // Upstream's merge brings all in order. That is worth its price where labels are the answer.
    const inOrder = sorted || hints.func === LABELS_ONLY;
    if (found.length === 0) return this.#head.select(inOrder, hints, matchers);
    const newest = await this.#head.select(false, all, matchers);
    // The head comes first: of samples at the same time those of blocks stay.
    if (newest.length > 0) found.unshift(newest);
    const [only] = found;
    const alone = found.length === 1 && hints.limit === 0 && (newest.length === 0 || !inOrder);
    return alone
      ? only!
      : join(found, { sorted: inOrder, limit: hints.limit, newestFirst: newest.length > 0 });
  }

  async #answer(limit: number, ask: (part: LabelQuerier) => Promise<LabelAnswer>): Promise<LabelAnswer> {
    let values: readonly string[] = [];
    const warnings = new Set<string>();
    for (const part of [...this.#blocks, this.#head]) {
      const answer = await ask(part);
      values = mergeTexts(values, answer.values);
      for (const warning of answer.warnings) warnings.add(warning);
    }
    return { values: limit > 0 ? values.slice(0, limit) : values, warnings: [...warnings] };
  }
}

/** Samples of the head and of blocks. */
export class JoinedQuerier extends JoinedView<SeriesSet> implements Querier {
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<SeriesSet> {
    return this.find(
      sorted,
      hints,
      matchers,
      (parts, options): SeriesSet =>
        new JoinedSeriesSet(parts, SeriesJoin.of(parts, options), options.newestFirst),
    );
  }
}

/** Chunks of the head and of blocks. */
export class JoinedChunkQuerier extends JoinedView<ChunkSeriesSet> implements ChunkQuerier {
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<ChunkSeriesSet> {
    return this.find(
      sorted,
      hints,
      matchers,
      (parts, options): ChunkSeriesSet => new JoinedChunkSeriesSet(parts, SeriesJoin.of(parts, options)),
    );
  }
}
