import { type LabelSet } from './types-query';

export type AlertState = 'inactive' | 'pending' | 'firing' | 'unknown';
export type RuleHealth = 'ok' | 'err' | 'unknown';

export interface ActiveAlert {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly state: AlertState;
  readonly activeAt?: string;
  readonly keepFiringSince?: string;
  /** As `%e` prints it. */
  readonly value: string;
}

interface RuleCommon {
  readonly name: string;
  readonly query: string;
  readonly labels?: LabelSet;
  readonly health: RuleHealth;
  readonly lastError?: string;
  /** Seconds. */
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
}

/** `duration` and `keepFiringFor` are in seconds. */
export interface AlertingRule extends RuleCommon {
  readonly type: 'alerting';
  readonly state: AlertState;
  readonly duration: number;
  readonly keepFiringFor: number;
  readonly annotations?: LabelSet;
  readonly alerts: readonly ActiveAlert[] | null;
}

export interface RecordingRule extends RuleCommon {
  readonly type: 'recording';
}

export type Rule = AlertingRule | RecordingRule;

/** `interval` and `evaluationTime` are in seconds. */
export interface RuleGroup<R extends Rule = Rule> {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly limit: number;
  readonly rules: readonly R[];
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
}

export interface RulesAnswer<R extends Rule = Rule> {
  readonly groups: readonly RuleGroup<R>[];
}
