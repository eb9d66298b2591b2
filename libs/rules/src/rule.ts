import { type AlertingRule } from './alerting-rule.js';
import { type RecordingRule } from './recording-rule.js';

export type Rule = RecordingRule | AlertingRule;
