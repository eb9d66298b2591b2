import { compareText, type Labels, type Matcher } from '@narthex/model';
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
import { NO_ADDRESS } from '@narthex/bytes';
import { ROW } from '../shared/layout.js';
import { ChunkCopier } from './chunk-copier.js';
import { ChunkCursor } from './chunk-cursor.js';
import { type JoinablePart } from '../blocks/series-join.js';
import { type LabelIds, type TextIds } from '../blocks/text-ids.js';
import { mergedChunks, readMerged } from '../ooo/merged-series.js';
import { keepOutOfOrder } from '../ooo/out-of-order-series.js';
import { overlapsOooChunks } from '../ooo/ooo-chunks.js';
import { type OooRange } from '../ooo/ooo-views.js';
import { readChunks } from './chunk-reads.js';
import { Descriptors } from './descriptors.js';
import { type GivenHead } from './given-series.js';
import { type ReaderParts } from './reader-parts.js';
import { headLabelIds } from './label-ids.js';
import { orderByLabels } from './label-order.js';
import { overlappingChunks } from './overlapping-chunks.js';
import { type Pin } from './pins.js';
import { SampleReader } from './sample-reader.js';
import { readLabels } from './series-labels.js';

const NO_WARNINGS: readonly string[] = [];

/**
 * How often a select takes a newer view before it contents itself with a looser one, in which a series that is
 * written all the time may show a commit more than the others.
 */
const STRICT_RESTARTS = 32;

/** What a querier of the head tells beyond the contract. */
export interface HeadView {
  /** The commit whose state it shows. */
  readonly commit: number;
  /** The first and last time it reads. */
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What a view shows: all, only what came in order, of all series or some (ids ascending), or only full out-of-order
 * chunks with numbers below one.
 */
export type HeadPart =
  'everything' | 'inOrder' | { readonly seriesIds: Uint32Array } | { readonly outOfOrderBefore: number };

/** One view of the head: what the two queriers have in common. */
class ViewQuerier implements LabelQuerier, HeadView {
  protected readonly parts: ReaderParts;
  readonly endMs: number;
  readonly #pin: Pin;
  readonly #startMs: number;
  readonly #show: HeadPart;
  #closed = false;

  constructor(parts: ReaderParts, minTimeMs: number, maxTimeMs: number, show: HeadPart = 'everything') {
    this.parts = parts;
    this.#show = show;
    this.#startMs = minTimeMs;
    this.endMs = maxTimeMs;
    this.#pin = parts.pins.open();
  }

  /** The first time that is read; {@link endMs} is the last. What is being truncated stays out. */
  get startMs(): number {
    return Math.max(this.#startMs, this.#pin.minTimeMs);
  }

  /** The commit whose state this view shows. */
  get commit(): number {
    return this.#pin.commit;
  }

  /** What the view holds in place. */
  protected get epoch(): number {
    return this.#pin.epoch;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { pins, windows } = this.parts;
    pins.close(this.#pin);
    if (pins.openCount === 0) windows?.rest();
  }

  labelValues(name: string, matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#answer(limit, (values) => {
      const { texts, finder, rows } = this.parts;
      const nameBlock = texts.findName(name);
      if (nameBlock === NO_ADDRESS) return;
      if (matchers.length === 0) {
        texts.eachPair(nameBlock, (pair) => values.add(texts.value(pair)));
        return;
      }
      const found = finder.find(matchers);
      const pairs = new Set<number>();
      for (let i = 0; i < found.length; i++) {
        const row = rows.find(found.ids[i]!);
        const pair = row === NO_ADDRESS ? NO_ADDRESS : finder.pairOf(row, nameBlock);
        if (pair !== NO_ADDRESS) pairs.add(pair);
      }
      for (const pair of pairs) values.add(texts.value(pair));
    });
  }

  labelNames(matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#answer(limit, (values) => {
      const { texts, finder, rows, views } = this.parts;
      if (matchers.length === 0) {
        texts.eachName((name) => values.add(name));
        return;
      }
      const found = finder.find(matchers);
      for (let i = 0; i < found.length; i++) {
        const row = rows.find(found.ids[i]!);
        if (row === NO_ADDRESS) continue;
        const block = views.words(row)[views.wordIndex(row) + ROW.labels]!;
        if (block === NO_ADDRESS) continue;
        for (const [name] of readLabels(views, texts, block)) values.add(name);
      }
    });
  }

  /** The series that pass the matchers and have samples in the range. */
  protected find(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Descriptors {
    this.#checkOpen();
    const { views, texts, counters } = this.parts;
    counters.selects++;
    const copied = this.#copy(matchers);
    const places = this.#inRange(copied);
    let chosen = places.length === copied.length ? copied : copied.select(places);
    if (sorted) chosen = chosen.select(orderByLabels(views, texts, chosen));
    return hints.limit > 0 && chosen.length > hints.limit
      ? chosen.select(Uint32Array.from({ length: hints.limit }, (_, place) => place))
      : chosen;
  }

  /**
   * Copies the descriptors of the matching series as of this view, or as of a newer one where the counts of this
   * view are lost: the first select so moves the whole querier; a later one can only move itself and those that
   * follow.
   */
  #copy(matchers: readonly Matcher[]): Descriptors {
    const { views, control, rows, finder, counters } = this.parts;
    let found = finder.find(matchers);
    if (this.#lateBefore !== undefined) keepOutOfOrder(views, rows, found);
    if (typeof this.#show === 'object' && 'seriesIds' in this.#show) found.keep(this.#show.seriesIds);
    for (let restarts = 0; ; restarts++) {
      const strict = restarts < STRICT_RESTARTS;
      const { commit } = this.#pin;
      const ooo = this.#oooRange();
      const copied = Descriptors.copy({ views, control, rows, found, commit, strict, ooo });
      if (!strict) counters.overtaken++;
      if (copied !== undefined) return copied;
      counters.restarts++;
      let lastId: number;
      do {
        lastId = control.lastId;
        found = finder.find(matchers);
        this.parts.pins.refresh(this.#pin);
        // A series that came in between is in the new view, but was not looked for.
      } while (control.lastId !== lastId);
    }
  }

  get #lateBefore(): number | undefined {
    const show = this.#show;
    return typeof show === 'object' && 'outOfOrderBefore' in show ? show.outOfOrderBefore : undefined;
  }

  #oooRange(): OooRange | undefined {
    const before = this.#lateBefore;
    if (this.#show !== 'everything' && before === undefined) return undefined;
    return { floor: this.#pin.outOfOrderFloor, startMs: this.#startMs, before };
  }

  #inRange(copied: Descriptors): Uint32Array {
    const cursor = new ChunkCursor(this.parts.views, copied);
    const places = new Uint32Array(copied.length);
    let count = 0;
    for (let i = 0; i < copied.length; i++) {
      const { ooo } = copied;
      if (ooo.has(i) && overlapsOooChunks(this.parts.views, ooo, i, this.#startMs, this.endMs)) {
        places[count++] = i;
        continue;
      }
      if (this.#lateBefore !== undefined || copied.double(i, ROW.lastTime) < this.startMs) continue;
      // Most queries are about the newest samples; only the others need to look into the chain of full chunks.
      if (copied.showsOpenChunk(i) && copied.double(i, ROW.openMinTime) <= this.endMs) {
        places[count++] = i;
        continue;
      }
      cursor.start(i, this.startMs, this.endMs);
      if (cursor.next()) places[count++] = i;
    }
    return places.subarray(0, count);
  }

  #answer(limit: number, collect: (values: Set<string>) => void): Promise<LabelAnswer> {
    return Promise.resolve().then(() => {
      this.#checkOpen();
      const values = new Set<string>();
      if (this.#overlapsHead()) collect(values);
      const sorted = [...values].sort(compareText);
      return { values: limit > 0 ? sorted.slice(0, limit) : sorted, warnings: NO_WARNINGS };
    });
  }

  /** Whether the head has any times of the range. */
  #overlapsHead(): boolean {
    const { firstTimeMs, maxTimeMs, outOfOrderMinTimeMs } = this.parts.control;
    const beginMs = Math.min(Math.max(firstTimeMs, this.#pin.minTimeMs), outOfOrderMinTimeMs);
    return this.#startMs <= maxTimeMs && this.endMs >= beginMs;
  }

  #checkOpen(): void {
    if (this.#closed) throw new StorageError('CLOSED', 'the querier is closed');
  }
}

/** Samples of the head. */
export class HeadQuerier extends ViewQuerier implements Querier {
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<HeadSeriesSet> {
    return Promise.resolve().then(() => {
      const descriptors = this.find(sorted, hints, matchers);
      const { parts, startMs, endMs, epoch } = this;
      return new HeadSeriesSet(parts, descriptors, startMs, endMs, hints.newestOnly ?? false, epoch);
    });
  }
}

/** Chunks of the head. */
export class HeadChunkQuerier extends ViewQuerier implements ChunkQuerier {
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<HeadChunkSeriesSet> {
    return Promise.resolve().then(() => {
      const descriptors = this.find(sorted, hints, matchers);
      return new HeadChunkSeriesSet(this.parts, descriptors, this.startMs, this.endMs);
    });
  }
}

class FoundSeries implements JoinablePart {
  readonly warnings = NO_WARNINGS;
  protected readonly parts: ReaderParts;
  protected readonly descriptors: Descriptors;
  protected readonly startMs: number;
  protected readonly endMs: number;

  constructor(parts: ReaderParts, descriptors: Descriptors, startMs: number, endMs: number) {
    this.parts = parts;
    this.descriptors = descriptors;
    this.startMs = startMs;
    this.endMs = endMs;
  }

  get length(): number {
    return this.descriptors.length;
  }

  labels(index: number): Labels {
    return readLabels(this.parts.views, this.parts.texts, this.descriptors.word(index, ROW.labels));
  }

  labelIds(texts: TextIds): LabelIds {
    return headLabelIds(this.parts, this.descriptors, texts);
  }
}

export class HeadSeriesSet extends FoundSeries implements SeriesSet {
  readonly #newestOnly: boolean;
  readonly #epoch: number;
  #reader: SampleReader | undefined;

  constructor(
    parts: ReaderParts,
    descriptors: Descriptors,
    startMs: number,
    endMs: number,
    newestOnly: boolean,
    epoch: number,
  ) {
    super(parts, descriptors, startMs, endMs);
    this.#newestOnly = newestOnly;
    this.#epoch = epoch;
  }

  handOver(room: SharedRoom): GivenHead {
    return {
      from: 'head',
      epoch: this.#epoch,
      startMs: this.startMs,
      endMs: this.endMs,
      newestOnly: this.#newestOnly,
      ...this.descriptors.handOver(room),
    };
  }

  read(index: number, into: SampleColumns): void {
    if (this.#newestOnly && this.descriptors.appendLast(index, this.startMs, this.endMs, into)) return;
    const { views, kernel, windows } = this.parts;
    if (this.descriptors.ooo.has(index)) {
      readMerged(overlappingChunks(this.parts, this.descriptors, index, this.startMs, this.endMs), into);
      return;
    }
    this.#reader ??= new SampleReader(views, kernel, this.descriptors, windows);
    this.#reader.read(index, this.startMs, this.endMs, into);
  }
}

class HeadChunkSeriesSet extends FoundSeries implements ChunkSeriesSet {
  /** How many chunks of a series overlap the range, those out of order left out; without looking into them. */
  chunkCount(index: number): number {
    const cursor = new ChunkCursor(this.parts.views, this.descriptors);
    cursor.start(index, this.startMs, this.endMs);
    let count = 0;
    while (cursor.next()) count++;
    return count;
  }

  chunks(index: number): IterableIterator<ChunkRead> {
    const { views, windows } = this.parts;
    if (this.descriptors.ooo.has(index)) {
      return mergedChunks(overlappingChunks(this.parts, this.descriptors, index, this.startMs, this.endMs));
    }
    const copier = new ChunkCopier(views, windows);
    return readChunks(views, copier, this.descriptors, index, this.startMs, this.endMs);
  }
}
