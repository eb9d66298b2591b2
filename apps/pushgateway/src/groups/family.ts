import { type Labels } from '@narthex/model';

export const PUSHED_TYPES = ['counter', 'gauge', 'summary', 'untyped', 'histogram'] as const;
export type PushedType = (typeof PUSHED_TYPES)[number];

/** The numbers of one metric: a plain value, or those of a summary or histogram. */
export type PushedValue =
  | { readonly kind: 'value'; readonly value: number }
  | {
      readonly kind: 'summary';
      readonly sum: number;
      readonly count: number;
      /** Quantile and value. */
      readonly quantiles: readonly (readonly [number, number])[];
    }
  | {
      readonly kind: 'histogram';
      readonly sum: number;
      readonly count: number;
      /** Upper bound and cumulative count, ascending; the bucket of +Inf may be left out. */
      readonly buckets: readonly (readonly [number, number])[];
    };

export interface PushedMetric {
  /** Without the metric's name; a label may be empty on purpose, as `instance=""`. */
  readonly labels: Labels;
  readonly value: PushedValue;
}

/** A metric with all its series, as one push gave it. */
export interface PushedFamily {
  readonly name: string;
  readonly type: PushedType;
  readonly help: string | undefined;
  readonly metrics: readonly PushedMetric[];
}
