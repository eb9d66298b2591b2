import { type GoValue, mapOf, namedSlice, structType, types } from '@narthex/gotemplate';
import { type VectorSample } from '../query.js';

const labelsType = mapOf(types.string, types.string);

export interface SampleFields extends Readonly<Record<string, GoValue>> {
  readonly Labels: GoValue;
  readonly Value: GoValue;
}

/** One element of what the `query` function gives. */
export const sampleType = structType<SampleFields>({
  name: 'template.sample',
  pointer: true,
  fields: ['Labels', 'Value'],
});

export const queryResultType = namedSlice({ name: 'template.queryResult', element: sampleType });

/** A map of strings as Go sees it: `map[string]string`. */
export function stringMap(entries: Iterable<readonly [string, string]>): GoValue {
  return labelsType.of(new Map(entries));
}

export function queryResult(samples: readonly VectorSample[]): GoValue {
  return queryResultType.of(
    samples.map(({ labels, value }) => sampleType.of({ Labels: stringMap(labels), Value: value })),
  );
}

/** A label of an element; empty when absent. The metric's name is a label like any other. */
export function labelOf(sample: SampleFields, name: string): string {
  const labels = labelsType.unwrap(sample.Labels) as ReadonlyMap<string, string>;
  return labels.get(name) ?? '';
}

/** What `strvalue` shows: the label that an expression put its text into. */
export const STRING_VALUE = '__value__';
