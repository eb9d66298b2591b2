import { type Labels, type Matcher } from '@narthex/model';
import { type ChunkQuerier, type ChunkRead, type ChunkSeriesSet, type SelectHints } from '@narthex/storage';

export interface WalkedSeries {
  readonly labels: Labels;
  readonly chunks: IterableIterator<ChunkRead>;
}

export interface SeriesWalk {
  /** Whether one selector's series are to come in the order of their labels too. */
  readonly sorted: boolean;
  readonly hints: SelectHints;
  readonly selectors: readonly (readonly Matcher[])[];
}

/** The series that pass one of the selectors; of several selectors in the order of their labels, each once. */
export async function walkSeries(
  querier: ChunkQuerier,
  { sorted, hints, selectors }: SeriesWalk,
): Promise<Iterable<WalkedSeries>> {
  const several = selectors.length > 1;
  const sets: ChunkSeriesSet[] = [];
  for (const matchers of selectors) sets.push(await querier.select(sorted || several, hints, matchers));
  return several ? merged(sets) : all(sets);
}

function* all(sets: readonly ChunkSeriesSet[]): IterableIterator<WalkedSeries> {
  for (const set of sets) {
    for (let i = 0; i < set.length; i++) yield { labels: set.labels(i), chunks: set.chunks(i) };
  }
}

function* merged(sets: readonly ChunkSeriesSet[]): IterableIterator<WalkedSeries> {
  const heads = sets.map((set) => ({ set, at: 0, labels: set.length > 0 ? set.labels(0) : undefined }));
  for (;;) {
    let least: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.labels !== undefined && (least?.labels === undefined || head.labels.compare(least.labels) < 0))
        least = head;
    }
    const labels = least?.labels;
    if (least === undefined || labels === undefined) return;
    yield { labels, chunks: least.set.chunks(least.at) };
    for (const head of heads) {
      if (head.labels?.equals(labels) !== true) continue;
      head.at++;
      head.labels = head.at < head.set.length ? head.set.labels(head.at) : undefined;
    }
  }
}
