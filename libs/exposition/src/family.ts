import { type Labels, type MetricType } from '@narthex/model';
import { type ParsedHistogram } from './parsed-histogram.js';

/** One line of a family. */
export interface FamilySample {
  /** What the line's name has behind the family's: `''`, `_bucket`, `_sum`, `_count`, `_created`, … */
  readonly suffix: string;
  /** The labels without the metric name; `le` and `quantile` among them, as they are to be printed. */
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs?: number;
  /** Not written in the text format; in OpenMetrics behind counters and buckets. */
  readonly exemplar?: FamilyExemplar;
  /** A native histogram, in place of the value. Written in protobuf only. */
  readonly histogram?: FamilyHistogram;
  /** When the counter, summary or histogram began to count. Written in protobuf only. */
  readonly startTimestampMs?: number;
}

export interface FamilyHistogram extends ParsedHistogram {
  readonly exemplars?: readonly FamilyExemplar[];
}

export interface FamilyExemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs?: number;
}

/** A metric with all its series, as exporters and federation write them. */
export interface MetricFamily {
  /** The full name in the text format: a counter's ends in `_total` where its series do. */
  readonly name: string;
  readonly type: MetricType;
  /** Left out, no HELP line is written. */
  readonly help?: string;
  /** OpenMetrics only; the name must end in it. */
  readonly unit?: string;
  readonly samples: readonly FamilySample[];
}
