import { compareText, type Labels, Matcher } from '@narthex/model';
import { type Queryable, type SelectHints } from '@narthex/storage';
import { type TextWriter } from './text-writer.js';
import { TRUNCATED } from './limit-value.js';
import { type LabelNamesTask, type LabelValuesTask, type MatcherData, type SeriesTask } from './protocol.js';

/** Between two looks at the stop flag. */
const BATCH = 1000;

/** Called between batches: ends a task that is to stop, by throwing, and lets others run. */
export type Rest = () => Promise<void>;

/** Writes the label sets of the series that a task selects, each once; returns the warnings. */
export async function writeSeriesAnswer(
  storage: Queryable,
  task: SeriesTask,
  writer: TextWriter,
  rest: Rest,
): Promise<readonly string[]> {
  const { startMs, endMs, selectors, limit } = task;
  if (endMs < startMs) {
    writer.text('[]');
    return [];
  }
  const querier = storage.querier(startMs, endMs);
  try {
    const warnings = new Set<string>();
    const seen = selectors.length > 1 ? new Set<string>() : undefined;
    let count = 0;
    writer.text('[');
    for (const selector of selectors) {
      const found = await querier.select(false, seriesHints(startMs, endMs), compiledMatchers(selector));
      for (const warning of found.warnings) warnings.add(warning);
      for (let i = 0; i < found.length; i++) {
        if (i % BATCH === 0) await rest();
        const labels: Labels = found.labels(i);
        if (seen?.has(labels.key) === true) continue;
        seen?.add(labels.key);
        if (limit > 0 && count === limit) {
          warnings.add(TRUNCATED);
          break;
        }
        writer.text((count++ > 0 ? ',' : '') + JSON.stringify(labels));
        if (writer.isFull) await writer.flush();
      }
    }
    writer.text(']');
    return [...warnings];
  } finally {
    querier.close();
  }
}

/** Writes the names, or the values of one label, of the series that a task selects; returns the warnings. */
export async function writeLabelAnswer(
  storage: Queryable,
  task: LabelNamesTask | LabelValuesTask,
  writer: TextWriter,
  rest: Rest,
): Promise<readonly string[]> {
  const { startMs, endMs, selectors, limit } = task;
  if (endMs < startMs) {
    writer.text('[]');
    return [];
  }
  const querier = storage.querier(startMs, endMs);
  try {
    const warnings = new Set<string>();
    const texts = new Set<string>();
    // One more than the limit tells whether something was left out.
    const most = limit === 0 ? 0 : limit + 1;
    for (const selector of selectors.length === 0 ? [[]] : selectors) {
      await rest();
      const matchers = compiledMatchers(selector);
      const answer =
        task.form === 'labelNames'
          ? await querier.labelNames(matchers, most)
          : await querier.labelValues(task.name, matchers, most);
      for (const warning of answer.warnings) warnings.add(warning);
      for (const text of answer.values) texts.add(text);
    }
    let sorted = selectors.length > 1 ? [...texts].sort(compareText) : [...texts];
    if (limit > 0 && sorted.length > limit) {
      sorted = sorted.slice(0, limit);
      warnings.add(TRUNCATED);
    }
    writer.text('[');
    for (const [i, text] of sorted.entries()) {
      writer.text((i > 0 ? ',' : '') + JSON.stringify(text));
      if (writer.isFull) await writer.flush();
    }
    writer.text(']');
    return [...warnings];
  } finally {
    querier.close();
  }
}

export function compiledMatchers(selector: readonly MatcherData[]): Matcher[] {
  return selector.map(([type, name, value]) => new Matcher(type, name, value));
}

/** Upstream's hint for "labels only, no samples". */
function seriesHints(startMs: number, endMs: number): SelectHints {
  return { startMs, endMs, stepMs: 0, rangeMs: 0, func: 'series', grouping: [], by: false, limit: 0 };
}
