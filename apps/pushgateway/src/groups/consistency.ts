import { formatFloatG, type Labels } from '@narthex/model';
import { type PushedFamily, type PushedMetric, type PushedType } from './family.js';

/**
 * Looks for what cannot be exposed together: one name with two types, or twice the same labels. `own` are the types of
 * the metrics that the program exposes of itself. Undefined when all is well, else upstream's words.
 */
export function inconsistency(
  pushed: readonly PushedFamily[],
  existing: Iterable<PushedFamily>,
  own: ReadonlyMap<string, PushedType>,
): string | undefined {
  const types = new Map(own);
  const seen = new Set<string>();
  const faults: string[] = [];
  const check = (family: PushedFamily): void => {
    const type = types.get(family.name);
    if (type === undefined) types.set(family.name, family.type);
    for (const metric of family.metrics) {
      const what = `collected metric "${family.name}" { ${protoText(metric, family.type)}}`;
      if (type !== undefined && type !== family.type) {
        faults.push(`${what} is not a ${type.toUpperCase()}`);
        continue;
      }
      const key = `${family.name} ${metric.labels.key}`;
      if (seen.has(key)) faults.push(`${what} was collected before with the same name and label values`);
      seen.add(key);
    }
  };
  const names = new Set(pushed.map(({ name }) => name));
  pushed.forEach(check);
  // What was there before is consistent with itself; only the names that are pushed can clash.
  for (const family of existing) if (names.has(family.name)) check(family);
  if (faults.length === 0) return undefined;
  if (faults.length === 1) return faults[0];
  return `${faults.length} error(s) occurred:\n${faults.map((fault) => `* ${fault}`).join('\n')}`;
}

/** A metric in protobuf's text form, which upstream puts into its messages. */
function protoText({ labels, value }: PushedMetric, type: PushedType): string {
  const numbers =
    value.kind === 'value'
      ? `value:${formatFloatG(value.value)}`
      : `sample_count:${value.count}  sample_sum:${formatFloatG(value.sum)}`;
  return `${labelsText(labels)}${type}:{${numbers}}`;
}

function labelsText(labels: Labels): string {
  let text = '';
  for (const [name, value] of labels) text += `label:{name:"${name}"  value:${JSON.stringify(value)}}  `;
  return text;
}
