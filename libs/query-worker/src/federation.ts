import { isStaleNaN } from '@narthex/bytes';
import { compareText, COUNTER_RESET_HINT, METRIC_NAME } from '@narthex/model';
import { type Queryable, SampleColumns, type SelectHints } from '@narthex/storage';
import { federationWriter, type LastSample } from './federation-format.js';
import { type TextWriter } from './text-writer.js';
import { compiledMatchers, type Rest } from './label-answers.js';
import { type FederationTask } from './protocol.js';

/** Between two looks at the stop flag. */
const BATCH = 500;

/**
 * Writes the last sample of every series that a task selects, by metric name, and within one by labels.
 * @returns warnings.
 */
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
        const histogram = columns.histograms?.[last];
        if (last < 0 || isStaleNaN(histogram?.sum ?? columns.values[last]!)) continue;
        // Native histograms have no place in the text format.
        if (histogram !== undefined && task.format === 'text') continue;
        const timestampMs = columns.timestampsMs[last]!;
        found.set(labels.key, { name, labels, timestampMs, value: columns.values[last]!, histogram });
      }
    }
  } finally {
    querier.close();
  }
  const write = federationWriter(task, writer);
  let family: LastSample[] = [];
  const all = [...found.values()].sort(byNameAndLabels);
  for (const sample of all) {
    if (family.length > 0 && !isOfFamily(sample, family[0]!)) {
      write(family);
      family = [];
      if (writer.isFull) await writer.flush();
    }
    family.push(sample);
  }
  if (family.length > 0) write(family);
  return [...warnings];
}

function byNameAndLabels(a: LastSample, b: LastSample): number {
  return compareText(a.name, b.name) || a.labels.compare(b.labels);
}

/** Floats and histograms of one name are families of their own, as are histograms that are gauges. */
function isOfFamily(sample: LastSample, first: LastSample): boolean {
  return (
    sample.name === first.name &&
    (sample.histogram === undefined) === (first.histogram === undefined) &&
    isGauge(sample) === isGauge(first)
  );
}

function isGauge({ histogram }: LastSample): boolean {
  return histogram?.counterResetHint === COUNTER_RESET_HINT.gauge;
}

function hintsOf({ startMs, endMs }: FederationTask): SelectHints {
  return { startMs, endMs, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
}
