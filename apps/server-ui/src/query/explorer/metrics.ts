import { type MetadataAnswer } from '../../api/types-status';
import { matchesWords, searchWords } from '../../format/search';

/** A metric with what its targets say about it. */
export interface Metric {
  readonly name: string;
  /** `counter`, `gauge`, …; undefined where no target tells. */
  readonly type: string | undefined;
  readonly help: string | undefined;
}

/** Suffixes under which a family's samples are stored. */
const suffixes = ['_bucket', '_count', '_sum'];

/** Joins names and metadata; `x_bucket`, `x_count` and `x_sum` are described by the family `x`. */
export function describeMetrics(names: readonly string[], metadata: MetadataAnswer): readonly Metric[] {
  return names.map((name) => {
    const suffix = suffixes.find((each) => name.endsWith(each));
    const family = suffix === undefined ? undefined : metadata[name.slice(0, -suffix.length)];
    const [description] = metadata[name] ?? family ?? [];
    return { name, type: description?.type, help: description?.help };
  });
}

/** Metrics whose name, type or help hold all words; those whose name begins with the search come first. */
export function searchMetrics(metrics: readonly Metric[], search: string): readonly Metric[] {
  const words = searchWords(search);
  const found = metrics.filter(({ name, type = '', help = '' }) =>
    matchesWords(words, `${name} ${type} ${help}`),
  );
  const start = search.trim().toLowerCase();
  const inName = ({ name }: Metric): number =>
    name.toLowerCase().startsWith(start) ? 0 : matchesWords(words, name) ? 1 : 2;
  return start === '' ? found : found.toSorted((a, b) => inName(a) - inName(b));
}
