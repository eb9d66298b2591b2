import { isStaleNaN } from '@narthex/bytes';
import { compareText, formatFloatG, type Labels, METRIC_NAME } from '@narthex/model';
import { type Queryable, SampleColumns, type SelectHints } from '@narthex/storage';
import { type TextWriter } from './text-writer.js';
import { compiledMatchers, type Rest } from './label-answers.js';
import { type FederationTask } from './protocol.js';

/** Between two looks at the stop flag. */
const BATCH = 500;
const INSTANCE = 'instance';

interface LastSample {
  readonly name: string;
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
}

/** Writes the last sample of every series that a task selects, in the text format, by metric name. */
export async function writeFederation(
  storage: Queryable,
  task: FederationTask,
  writer: TextWriter,
  rest: Rest,
): Promise<readonly string[]> {
  const warnings = new Set<string>();
  const found = new Map<string, LastSample>();
  const querier = storage.querier(task.startMs, task.endMs);
  try {
    const columns = new SampleColumns();
    for (const selector of task.selectors) {
      const series = await querier.select(false, hintsOf(task), compiledMatchers(selector));
      for (const warning of series.warnings) warnings.add(warning);
      for (let i = 0; i < series.length; i++) {
        if (i % BATCH === 0) await rest();
        const labels = series.labels(i);
        const name = labels.get(METRIC_NAME);
        if (name === '' || found.has(labels.key)) continue;
        columns.clear();
        series.read(i, columns);
        const last = columns.length - 1;
        // Native histograms have no place in the text format.
        if (last < 0 || columns.histograms?.[last] !== undefined || isStaleNaN(columns.values[last]!))
          continue;
        found.set(labels.key, {
          name,
          labels,
          timestampMs: columns.timestampsMs[last]!,
          value: columns.values[last]!,
        });
      }
    }
  } finally {
    querier.close();
  }
  let family: string | undefined;
  for (const sample of [...found.values()].sort((a, b) => compareText(a.name, b.name))) {
    const name = plainName(sample.name, ':');
    if (sample.name !== family) writer.text(`# TYPE ${name} untyped\n`);
    family = sample.name;
    const labels = labelsText(sample.labels, task.externalLabels);
    writer.text(`${name}{${labels}} ${formatFloatG(sample.value)} ${sample.timestampMs}\n`);
    if (writer.isFull) await writer.flush();
  }
  return [...warnings];
}

/** External labels come last, where the series has none of the name; so does an empty instance, lest the scraper set one. */
function labelsText(labels: Labels, externalLabels: readonly (readonly [string, string])[]): string {
  const own = [...labels].filter(([name]) => name !== METRIC_NAME);
  const added = externalLabels.some(([name]) => name === INSTANCE)
    ? externalLabels
    : [...externalLabels, [INSTANCE, ''] as const].sort(([a], [b]) => compareText(a, b));
  return [...own, ...added.filter(([name]) => !labels.has(name))]
    .map(([name, value]) => `${plainName(name)}="${escaped(value)}"`)
    .join(',');
}

/** A name in the characters of old, others replaced by underscores, as the content type says. */
function plainName(name: string, alsoAllowed = ''): string {
  return name.replace(/^\d|[^\w:]/g, '_').replaceAll(':', alsoAllowed === ':' ? ':' : '_');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function hintsOf({ startMs, endMs }: FederationTask): SelectHints {
  return { startMs, endMs, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
}
