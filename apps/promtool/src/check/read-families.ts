import { ENTRY, TextParser } from '@narthex/exposition';
import { type Labels, LabelsBuilder, METRIC_NAME, type MetricType } from '@narthex/model';

/** One metric of a family: of histograms and summaries all lines of the same labels together. */
export interface FamilySeries {
  /** Without the name, and without `le` of histograms and `quantile` of summaries. */
  readonly labels: Labels;
  readonly timestampMs: number | undefined;
  /** Series that it takes in the database. */
  readonly lineCount: number;
}

export interface LintedFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string | undefined;
  readonly series: readonly FamilySeries[];
}

interface Family {
  readonly name: string;
  type: MetricType;
  help: string | undefined;
  readonly series: { readonly labels: Labels; readonly timestampMs: number | undefined; lineCount: number }[];
  /** Places in `series`; of histograms and summaries. */
  readonly byLabels: Map<string, number>;
}

/** The metrics of an exposition in text, in the order of their names. @throws ExpositionError */
export function readFamilies(bytes: Uint8Array): LintedFamily[] {
  const families = new Map<string, Family>();
  const family = (name: string): Family => {
    let found = families.get(name);
    if (found === undefined) {
      found = { name, type: 'unknown', help: undefined, series: [], byLabels: new Map() };
      families.set(name, found);
    }
    return found;
  };
  const parser = new TextParser();
  parser.reset(bytes, bytes.length);
  for (;;) {
    switch (parser.next()) {
      case ENTRY.end:
        return [...families.values()]
          .filter(({ series }) => series.length > 0)
          .sort((a, b) => (a.name < b.name ? -1 : 1));
      case ENTRY.help:
        family(parser.metricName()).help = parser.text();
        break;
      case ENTRY.type:
        family(parser.metricName()).type = parser.metricType;
        break;
      case ENTRY.series: {
        const labels = parser.labels();
        const name = labels.get(METRIC_NAME);
        add(
          ownerOf(name, families) ?? family(name),
          labels,
          parser.hasTimestamp ? parser.timestampMs : undefined,
        );
        break;
      }
      // Text has none of these but comments.
      case ENTRY.unit:
      case ENTRY.comment:
      case ENTRY.histogram:
        break;
    }
  }
}

/** The histogram or summary that a line belongs to by its suffix. */
function ownerOf(name: string, families: ReadonlyMap<string, Family>): Family | undefined {
  const suffix = /_(?:bucket|count|sum)$/.exec(name)?.[0];
  if (suffix === undefined) return undefined;
  const owner = families.get(name.slice(0, -suffix.length));
  if (owner?.type === 'histogram') return owner;
  return owner?.type === 'summary' && suffix !== '_bucket' ? owner : undefined;
}

function add(family: Family, labels: Labels, timestampMs: number | undefined): void {
  const builder = new LabelsBuilder(labels).delete(METRIC_NAME);
  if (family.type === 'histogram') builder.delete('le');
  if (family.type === 'summary') builder.delete('quantile');
  const own = builder.labels();
  const isGrouped = family.type === 'histogram' || family.type === 'summary';
  const known = isGrouped ? family.byLabels.get(own.key) : undefined;
  if (known !== undefined) {
    family.series[known]!.lineCount++;
    return;
  }
  if (isGrouped) family.byLabels.set(own.key, family.series.length);
  family.series.push({ labels: own, timestampMs, lineCount: 1 });
}
