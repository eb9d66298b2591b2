import { type Labels } from '@narthex/model';

/** A recording rule as its file has it, the group's labels put in, the expression printed in its normal form. */
export interface RecordingRuleSource {
  readonly record: string;
  readonly alert?: undefined;
  readonly expression: string;
  readonly labels: Labels;
}

/** An alerting rule, likewise. */
export interface AlertingRuleSource {
  readonly record?: undefined;
  readonly alert: string;
  readonly expression: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly forMs: number;
  readonly keepFiringForMs: number;
}

export interface RuleGroupSource {
  /** The file, as the user is to see it. */
  readonly file: string;
  readonly name: string;
  /** Undefined where the file leaves it to the global setting. */
  readonly intervalMs: number | undefined;
  readonly queryOffsetMs: number | undefined;
  readonly limit: number;
  readonly rules: readonly (RecordingRuleSource | AlertingRuleSource)[];
}
