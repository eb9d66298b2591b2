import { type Labels } from '@narthex/model';
import {
  type ChunkRead,
  type ChunkSeriesSet,
  type SampleColumns,
  type SeriesSet,
  type SharedRoom,
} from '@narthex/storage';
import { mergeChunks } from '../block/merge-chunks.js';
import { type GivenBlock, type GivenHead, type GivenJoin } from '../read/given-series.js';
import { SampleRuns } from './sample-runs.js';
import { type SeriesJoin } from './series-join.js';

/** What the samples and the chunks of several parts have in common. The parts stand in order: of equals the last wins. */
class Joined<Part extends { readonly warnings: readonly string[]; labels(index: number): Labels }> {
  readonly warnings: readonly string[];
  protected readonly parts: readonly Part[];
  protected readonly join: SeriesJoin;

  constructor(parts: readonly Part[], join: SeriesJoin) {
    this.parts = parts;
    this.join = join;
    this.warnings = [...new Set(parts.flatMap((part) => part.warnings))];
  }

  get length(): number {
    return this.join.length;
  }

  labels(index: number): Labels {
    const member = this.join.first(index);
    return this.parts[this.join.partOf(member)]!.labels(this.join.placeOf(member));
  }
}

/** The samples of series that several parts have. */
export class JoinedSeriesSet extends Joined<SeriesSet> implements SeriesSet {
  readonly #newestFirst: boolean;

  /** @param newestFirst see {@link JoinOptions} */
  constructor(parts: readonly SeriesSet[], join: SeriesJoin, newestFirst: boolean) {
    super(parts, join);
    this.#newestFirst = newestFirst;
  }

  handOver(room: SharedRoom): GivenJoin | undefined {
    const parts: (GivenHead | GivenBlock)[] = [];
    for (const part of this.parts) {
      const given = part.handOver?.(room);
      if (given === undefined) return undefined;
      parts.push(given as GivenHead | GivenBlock);
    }
    const { first, next, partOf, starts } = this.join.data;
    return {
      from: 'join',
      parts,
      newestFirst: this.#newestFirst,
      join: {
        first: room.copy(first),
        next: room.copy(next),
        partOf: room.copy(partOf),
        starts: room.copy(starts),
      },
    };
  }

  read(index: number, into: SampleColumns): void {
    const { join } = this;
    const first = join.first(index);
    if (join.next(first) < 0) {
      this.#readMember(first, into);
      return;
    }
    const runs = new SampleRuns(into);
    // Read in order of time there is nothing left to merge.
    const newest = this.#newestFirst && join.partOf(first) === 0;
    for (let member = newest ? join.next(first) : first; member >= 0; member = join.next(member)) {
      runs.add((columns) => this.#readMember(member, columns));
    }
    if (newest) runs.addWeakest((columns) => this.#readMember(first, columns));
    runs.finish();
  }

  #readMember(member: number, into: SampleColumns): void {
    const { join, parts } = this;
    parts[join.partOf(member)]!.read(join.placeOf(member), into);
  }
}

/** The chunks of series that several parts have; where they overlap they are made into new ones. */
export class JoinedChunkSeriesSet extends Joined<ChunkSeriesSet> implements ChunkSeriesSet {
  *chunks(index: number): IterableIterator<ChunkRead> {
    const { join, parts } = this;
    const chunks: ChunkRead[][] = [];
    for (let member = join.first(index); member >= 0; member = join.next(member)) {
      chunks.push([...parts[join.partOf(member)]!.chunks(join.placeOf(member))]);
    }
    // The last part first: of samples at the same time that of the chunk given first stays.
    yield* mergeChunks(chunks.reverse().flat());
  }
}
