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
  StorageError,
} from '@narthex/storage';
import { NO_ADDRESS } from '@narthex/bytes';
import { ROW } from '../shared/layout.js';
import { ChunkCursor } from './chunk-cursor.js';
import { readChunks } from './chunk-reads.js';
import { Descriptors } from './descriptors.js';
import { type ReaderParts } from './reader-parts.js';
import { orderByLabels } from './label-order.js';
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

/** One view of the head: what the two queriers have in common. */
class ViewQuerier implements LabelQuerier, HeadView {
  protected readonly parts: ReaderParts;
  readonly endMs: number;
  readonly #pin: Pin;
  readonly #startMs: number;
  #answered = false;
  #closed = false;

  constructor(parts: ReaderParts, minTimeMs: number, maxTimeMs: number) {
    this.parts = parts;
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

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.parts.pins.close(this.#pin);
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
    this.#answered = true;
    const places = this.#inRange(copied);
    let chosen = places.length === copied.length ? copied : copied.select(places);
    if (sorted) chosen = chosen.select(orderByLabels(views, texts, chosen));
    return hints.limit > 0 && chosen.length > hints.limit
      ? chosen.select(Uint32Array.from({ length: hints.limit }, (_, place) => place))
      : chosen;
  }

  /**
   * Copies the descriptors of the matching series as of this view, or as of a newer one where the counts of this
   * view are lost.
   */
  #copy(matchers: readonly Matcher[]): Descriptors {
    const { views, control, rows, finder, counters } = this.parts;
    let found = finder.find(matchers);
    for (let restarts = 0; ; restarts++) {
      const strict = restarts < STRICT_RESTARTS;
      const copied = Descriptors.copy({ views, control, rows, found, commit: this.#pin.commit, strict });
      if (!strict) counters.overtaken++;
      if (copied !== undefined) return copied;
      counters.restarts++;
      let lastId: number;
      do {
        lastId = control.lastId;
        found = finder.find(matchers);
        this.#moveOn();
        // A series that came in between is in the new view, but was not looked for.
      } while (control.lastId !== lastId);
    }
  }

  /**
   * Takes a newer view. The first select of a querier so moves the whole querier; a later one can only move itself
   * and those that follow.
   */
  #moveOn(): void {
    const { minTimeMs } = this.#pin;
    this.parts.pins.refresh(this.#pin);
    // A truncation that has begun since waits for this querier, whose bound stays what it was.
    if (this.#answered) this.#pin.minTimeMs = minTimeMs;
  }

  #inRange(copied: Descriptors): Uint32Array {
    const cursor = new ChunkCursor(this.parts.views, copied);
    const places = new Uint32Array(copied.length);
    let count = 0;
    for (let i = 0; i < copied.length; i++) {
      if (copied.double(i, ROW.lastTime) < this.startMs) continue;
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
      // Nothing is newer than the newest sample.
      if (this.#startMs <= this.parts.control.maxTimeMs) collect(values);
      const sorted = [...values].sort(compareText);
      return { values: limit > 0 ? sorted.slice(0, limit) : sorted, warnings: NO_WARNINGS };
    });
  }

  #checkOpen(): void {
    if (this.#closed) throw new StorageError('CLOSED', 'the querier is closed');
  }
}

/** Samples of the head. */
export class HeadQuerier extends ViewQuerier implements Querier {
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<SeriesSet> {
    return Promise.resolve().then(() => {
      const descriptors = this.find(sorted, hints, matchers);
      return new HeadSeriesSet(this.parts, descriptors, this.startMs, this.endMs);
    });
  }
}

/** Chunks of the head. */
export class HeadChunkQuerier extends ViewQuerier implements ChunkQuerier {
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<ChunkSeriesSet> {
    return Promise.resolve().then(() => {
      const descriptors = this.find(sorted, hints, matchers);
      return new HeadChunkSeriesSet(this.parts, descriptors, this.startMs, this.endMs);
    });
  }
}

class FoundSeries {
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
}

class HeadSeriesSet extends FoundSeries implements SeriesSet {
  #reader: SampleReader | undefined;

  read(index: number, into: SampleColumns): void {
    this.#reader ??= new SampleReader(this.parts.views, this.parts.kernel, this.descriptors);
    this.#reader.read(index, this.startMs, this.endMs, into);
  }
}

class HeadChunkSeriesSet extends FoundSeries implements ChunkSeriesSet {
  chunks(index: number): IterableIterator<ChunkRead> {
    return readChunks(this.parts.views, this.descriptors, index, this.startMs, this.endMs);
  }
}
