import { formatFloat, type Labels, type NativeHistogram } from '@narthex/model';
import { type SampleColumns } from '@narthex/storage';
import { almostEqual } from './almost-equal.js';
import { formatScriptHistogram, histogramsMatch } from './compare-histograms.js';
import { type ScriptSample, type ScriptValue } from './engine.js';
import { type EvalCommand, type ExpectedSeries } from './parse-eval.js';
import { floatOf, type SequenceValue } from './parse-series.js';

/** What is wrong with a value, if anything: what was expected and what came. */
export function compareValue(command: EvalCommand, value: ScriptValue): string | undefined {
  switch (value.type) {
    case 'scalar': {
      if (command.expectedScalar === undefined)
        return `expected ${describeExpected(command)}, got scalar ${formatFloat(value.value)}`;
      if (almostEqual(command.expectedScalar, value.value)) return undefined;
      return `expected scalar ${formatFloat(command.expectedScalar)}, got ${formatFloat(value.value)}`;
    }
    case 'string':
      if (command.expectedString === value.value) return undefined;
      return `expected string ${JSON.stringify(command.expectedString)}, got ${JSON.stringify(value.value)}`;
    case 'vector':
      return compareVector(command, value.samples);
    case 'matrix':
      return compareMatrix(command, value.series);
  }
}

function describeExpected({ expectedScalar, expectedString, expectedSeries }: EvalCommand): string {
  if (expectedScalar !== undefined) return `scalar ${formatFloat(expectedScalar)}`;
  if (expectedString !== undefined) return `string ${JSON.stringify(expectedString)}`;
  return `${expectedSeries.length} series`;
}

function compareVector(command: EvalCommand, samples: readonly ScriptSample[]): string | undefined {
  if (command.expectedScalar !== undefined || command.expectedString !== undefined) {
    return `expected ${describeExpected(command)}, got a vector of ${samples.length}`;
  }
  const expected = new Map(command.expectedSeries.map((series) => [series.labels.key, series]));
  const ordered = command.expectations.some(({ kind }) => kind === 'ordered');
  for (const [i, sample] of samples.entries()) {
    const series = expected.get(sample.labels.key);
    const got = `${sample.labels.toString()} ${show(sample.value, sample.histogram)}`;
    if (series === undefined) return `unexpected ${got}`;
    if (ordered && series.place !== i + 1)
      return `expected ${sample.labels.toString()} at position ${series.place}, got it at ${i + 1}`;
    const wanted = series.values[0] ?? { kind: 'omitted' };
    if (!matches(wanted, sample.value, sample.histogram))
      return `expected ${describeSeries(series)}, got ${got}`;
    expected.delete(sample.labels.key);
  }
  return missing(expected.values());
}

type MatrixSeries = readonly { readonly labels: Labels; readonly columns: SampleColumns }[];

function compareMatrix(command: EvalCommand, series: MatrixSeries): string | undefined {
  const { times } = command;
  if (times === undefined || command.expectedScalar !== undefined || command.expectedString !== undefined) {
    return `expected ${describeExpected(command)}, got a matrix of ${series.length}`;
  }
  if (command.expectations.some(({ kind }) => kind === 'ordered')) {
    return 'expected ordered result, but query returned a matrix';
  }
  const unsorted = sortedByLabels(series);
  if (unsorted !== undefined) return unsorted;
  const expected = new Map(command.expectedSeries.map((one) => [one.labels.key, one]));
  for (const { labels, columns } of series) {
    const one = expected.get(labels.key);
    const got = `${labels.toString()} ${showColumns(columns)}`;
    if (one === undefined) return `unexpected ${got}`;
    const steps = Math.floor((times.endMs - times.startMs) / times.stepMs) + 1;
    if (one.values.length > steps)
      return `expected ${one.values.length} points, but the query has ${steps} steps`;
    const wanted = one.values.flatMap((value, i) =>
      value.kind === 'omitted' ? [] : [{ value, at: times.startMs + i * times.stepMs }],
    );
    const same =
      wanted.length === columns.length &&
      wanted.every(
        ({ value, at }, i) =>
          columns.timestampsMs[i] === at && matches(value, columns.values[i]!, columns.histograms?.[i]),
      );
    if (!same) return `expected ${describeSeries(one)}, got ${got}`;
    expected.delete(labels.key);
  }
  return missing(expected.values());
}

/** Matrices are always ordered by labels. */
export function sortedByLabels(series: MatrixSeries): string | undefined {
  for (let i = 1; i < series.length; i++) {
    const [before, after] = [series[i - 1]!.labels, series[i]!.labels];
    if (before.compare(after) > 0)
      return `expected series by labels, got ${before.toString()} before ${after.toString()}`;
  }
  return undefined;
}

function matches(expected: SequenceValue, value: number, histogram: NativeHistogram | undefined): boolean {
  if (expected.kind === 'histogram') {
    return histogram !== undefined && histogramsMatch(expected.histogram, histogram, expected.hintGiven);
  }
  const wanted = floatOf(expected);
  return histogram === undefined && wanted !== undefined && almostEqual(wanted, value);
}

function missing(expected: Iterable<ExpectedSeries>): string | undefined {
  for (const series of expected) return `expected ${describeSeries(series)}, got nothing`;
  return undefined;
}

function describeSeries({ labels, values }: ExpectedSeries): string {
  const shown = values.map((value) => {
    if (value.kind === 'histogram') return formatScriptHistogram(value.histogram);
    return value.kind === 'float' ? formatFloat(value.value) : value.kind === 'stale' ? 'stale' : '_';
  });
  return `${labels.toString()} ${shown.join(' ')}`;
}

function show(value: number, histogram: NativeHistogram | undefined): string {
  return histogram === undefined ? formatFloat(value) : formatScriptHistogram(histogram);
}

function showColumns({ length, timestampsMs, values, histograms }: SampleColumns): string {
  return Array.from({ length }, (_, i) => `${show(values[i]!, histograms?.[i])} @[${timestampsMs[i]}]`).join(
    ' ',
  );
}
