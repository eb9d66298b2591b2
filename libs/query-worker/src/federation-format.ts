import { escapeName, writeProtobufFamily } from '@narthex/exposition';
import {
  compareText,
  COUNTER_RESET_HINT,
  formatFloatG,
  isPlainMetricName,
  Labels,
  METRIC_NAME,
  type NativeHistogram,
} from '@narthex/model';
import { type FederationTask } from './protocol.js';
import { type TextWriter } from './text-writer.js';

const INSTANCE = 'instance';

/** The newest sample of a series. */
export interface LastSample {
  readonly name: string;
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
  readonly histogram: NativeHistogram | undefined;
}

type Pair = readonly [name: string, value: string];
type WriteFamily = (samples: readonly LastSample[]) => void;

/** Writes families, each given whole, in the format of a task. */
export function federationWriter(task: FederationTask, writer: TextWriter): WriteFamily {
  const labelled = labelsFor(task);
  const nameOf = (name: string): string => escapeName(name, task.escaping);
  if (task.format === 'protobuf') {
    return (samples) => writer.bytes(protobufFamily(nameOf(samples[0]!.name), samples, labelled));
  }
  return (samples) => {
    const name = nameOf(samples[0]!.name);
    const isLegacy = isPlainMetricName(name);
    const shown = isLegacy ? name : quoted(name);
    writer.text(`# TYPE ${shown} untyped\n`);
    for (const sample of samples) {
      const labels = labelled(sample.labels).map(
        ([label, value]) => `${isPlainMetricName(label) ? label : quoted(label)}=${quoted(value)}`,
      );
      const inside = isLegacy ? labels : [shown, ...labels];
      writer.text(
        `${isLegacy ? name : ''}{${inside.join(',')}} ${formatFloatG(sample.value)} ${sample.timestampMs}\n`,
      );
    }
  };
}

function protobufFamily(
  name: string,
  samples: readonly LastSample[],
  labelled: (labels: Labels) => readonly Pair[],
): Uint8Array {
  const { histogram } = samples[0]!;
  const type =
    histogram === undefined
      ? 'unknown'
      : histogram.counterResetHint === COUNTER_RESET_HINT.gauge
        ? 'gaugehistogram'
        : 'histogram';
  return writeProtobufFamily({
    name,
    type,
    samples: samples.map((sample) => ({
      suffix: '',
      labels: Labels.of(labelled(sample.labels)),
      value: sample.value,
      timestampMs: sample.timestampMs,
      ...(sample.histogram === undefined
        ? {}
        : { histogram: { histogram: sample.histogram, integer: false } }),
    })),
  });
}

/** External labels come last, where the series has none of the name; so does an empty instance, lest the scraper set one. */
function labelsFor({ externalLabels, escaping }: FederationTask): (labels: Labels) => readonly Pair[] {
  const added = externalLabels.some(([name]) => name === INSTANCE)
    ? externalLabels
    : [...externalLabels, [INSTANCE, ''] as const].sort(([a], [b]) => compareText(a, b));
  return (labels) =>
    [
      ...[...labels].filter(([name]) => name !== METRIC_NAME),
      ...added.filter(([name]) => !labels.has(name)),
    ].map(([name, value]) => [escapeName(name, escaping), value] as const);
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}
