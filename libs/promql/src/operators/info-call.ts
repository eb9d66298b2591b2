import { type Labels, LabelsBuilder, Matcher, METRIC_NAME } from '@narthex/model';
import { quoteMeta } from '@narthex/regexp';
import { SampleColumns } from '@narthex/storage';
import { isStaleNaN } from '@narthex/bytes';
import { type OperatorContext } from '../engine/context.js';
import { mergeDuplicates } from '../engine/merge-series.js';
import { ABSENT, StepSeries } from '../engine/step-series.js';
import { executionError } from '../errors.js';
import { NO_HINTS } from '../plan/hints.js';
import { infoReference } from '../plan/info-reference.js';
import { type CallNode, type TimeShift } from '../plan/plan.js';

const TARGET_INFO = 'target_info';
/** The labels by which an info metric belongs to a series. */
const IDENTIFYING_LABELS = ['instance', 'job'];

/**
 * `info(v, {selector})`: adds the labels of info metrics, such as `target_info`, to the series of the same instance
 * and job (https://prometheus.io/docs/prometheus/latest/querying/functions/#info).
 */
export async function callInfo(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const base = await context.vector(node.args[0]!);
  const selector = node.args[1];
  const conditions = selector?.kind === 'instantSelect' ? selector.selection.matchers : [];
  const named = infoNames(conditions.filter(({ name }) => name === METRIC_NAME));
  const isInfo = (series: StepSeries): boolean => {
    const name = series.labels.get(METRIC_NAME);
    return named.every((matcher) => matcher.matches(name));
  };
  const data = conditions.filter(({ name }) => name !== METRIC_NAME);
  const others = base.filter((series) => !isInfo(series));
  const infos = await selectInfos(others, named, data, infoReference(node.args[0]!), context);
  const found = base.flatMap((series) => (isInfo(series) ? [series] : enrich(series, infos, data, context)));
  return mergeDuplicates(found, 'apart');
}

/** What the names of info metrics have to match: conditions that only exclude names leave all that end in `_info`. */
function infoNames(named: readonly Matcher[]): readonly Matcher[] {
  if (named.length === 0) return [new Matcher('=', METRIC_NAME, TARGET_INFO)];
  const isPositive = named.some(({ type }) => type === '=' || type === '=~');
  return isPositive ? named : [new Matcher('=~', METRIC_NAME, '.+_info'), ...named];
}

/** One info series: at each step, when its latest sample was taken; NaN where there is none. */
interface InfoSeries {
  readonly labels: Labels;
  readonly takenMs: Float64Array;
}

/** Info series by metric name and identifying labels. */
type Infos = ReadonlyMap<string, readonly InfoSeries[]>;

async function selectInfos(
  base: readonly StepSeries[],
  named: readonly Matcher[],
  data: readonly Matcher[],
  shift: TimeShift,
  context: OperatorContext,
): Promise<ReadonlyMap<string, Infos>> {
  const infos = new Map<string, Map<string, InfoSeries[]>>();
  const identifying: Matcher[] = [];
  for (const name of IDENTIFYING_LABELS) {
    const values = new Set(base.map((series) => series.labels.get(name)).filter((value) => value !== ''));
    if (values.size > 0) identifying.push(new Matcher('=~', name, [...values].map(quoteMeta).join('|')));
  }
  if (identifying.length === 0) return infos;
  const { steps, lookbackMs, run } = context;
  const startMs = (shift.fixedMs ?? steps.startMs) - shift.offsetMs - lookbackMs + 1;
  const endMs = (shift.fixedMs ?? steps.endMs) - shift.offsetMs;
  const hints = { ...NO_HINTS, startMs, endMs, stepMs: steps.stepMs, func: 'info' };
  const set = await context.select({ matchers: [...named, ...identifying, ...data], hints });
  const columns = new SampleColumns();
  for (let i = 0; i < set.length; i++) {
    if (run.isDue) await run.rest();
    columns.clear();
    set.read(i, columns);
    const labels = set.labels(i);
    const info = { labels, takenMs: takenAt(labels, columns, shift, context) };
    const byKey = infos.get(labels.get(METRIC_NAME)) ?? new Map<string, InfoSeries[]>();
    infos.set(labels.get(METRIC_NAME), byKey);
    const key = identityOf(labels);
    byKey.set(key, [...(byKey.get(key) ?? []), info]);
  }
  return infos;
}

function takenAt(
  labels: Labels,
  columns: SampleColumns,
  shift: TimeShift,
  { steps, lookbackMs, counts }: OperatorContext,
): Float64Array {
  const taken = new Float64Array(steps.count).fill(NaN);
  if (columns.histograms !== undefined) {
    throw executionError(`this should be an info metric, with float samples: ${labels.toString()}`);
  }
  let next = 0;
  for (let step = 0; step < steps.count; step++) {
    const atMs = (shift.fixedMs ?? steps.at(step)) - shift.offsetMs;
    while (next < columns.length && columns.timestampsMs[next]! <= atMs) next++;
    const at = next - 1;
    if (at < 0 || columns.timestampsMs[at]! <= atMs - lookbackMs) continue;
    if (isStaleNaN(columns.values[at]!)) continue;
    taken[step] = columns.timestampsMs[at]!;
    counts.add(step, 1);
  }
  return taken;
}

function identityOf(labels: Labels): string {
  return IDENTIFYING_LABELS.map((name) => labels.get(name)).join('\u{10ffff}');
}

/** The series with the labels of its info series, which may change from step to step. */
function enrich(
  series: StepSeries,
  infos: ReadonlyMap<string, Infos>,
  data: readonly Matcher[],
  { steps }: OperatorContext,
): StepSeries[] {
  const identity = identityOf(series.labels);
  const candidates = [...infos.values()]
    .map((byKey) => byKey.get(identity) ?? [])
    .filter((list) => list.length > 0);
  const wanted = new Set(data.map(({ name }) => name));
  const optional = data.every((matcher) => matcher.matchesEmpty);
  const found = new Map<string, StepSeries>();
  for (let step = 0; step < steps.count; step++) {
    if (series.kinds[step] === ABSENT) continue;
    const matches = candidates.map((list) => latest(list, step)).filter((info) => info !== undefined);
    if (matches.length === 0 && !optional) continue;
    const labels = withInfo(series.labels, matches, wanted);
    let enriched = found.get(labels.key);
    if (enriched === undefined) {
      found.set(labels.key, (enriched = new StepSeries(labels, series.dropName, steps.count)));
    }
    enriched.copyFrom(series, step);
  }
  return [...found.values()];
}

/** The info series with the newest sample at a step. */
function latest(list: readonly InfoSeries[], step: number): InfoSeries | undefined {
  let newest: InfoSeries | undefined;
  for (const info of list) {
    const taken = info.takenMs[step]!;
    if (Number.isNaN(taken)) continue;
    const present = newest?.takenMs[step];
    if (present === taken) {
      throw executionError(
        `found duplicate series for info metric: existing ${newest!.labels.toString()} @ ${present}, ` +
          `new ${info.labels.toString()} @ ${taken}`,
      );
    }
    if (present === undefined || taken > present) newest = info;
  }
  return newest;
}

function withInfo(base: Labels, matches: readonly InfoSeries[], wanted: ReadonlySet<string>): Labels {
  const added = new Map<string, string>();
  for (const { labels } of matches) {
    for (const [name, value] of labels) {
      if (name === METRIC_NAME || (wanted.size > 0 && !wanted.has(name))) continue;
      const present = added.get(name);
      if (present !== undefined && present !== value) throw executionError(`conflicting label: ${name}`);
      if (!base.has(name)) added.set(name, value);
    }
  }
  const builder = new LabelsBuilder(base);
  for (const [name, value] of added) builder.set(name, value);
  return builder.labels();
}
