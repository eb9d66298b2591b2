import { LabelsBuilder, METRIC_NAME } from '@narthex/model';
import { type ActiveAlert } from './active-alert.js';
import { type VectorSample } from './query.js';

export const ALERTS = 'ALERTS';
export const ALERTS_FOR_STATE = 'ALERTS_FOR_STATE';
const ALERT_STATE = 'alertstate';

/** What is stored of an alert: that it is there, in which state, and since when it matches (in Unix seconds). */
export function alertSamples(alert: ActiveAlert): readonly [VectorSample, VectorSample] {
  return [
    {
      labels: new LabelsBuilder(alert.labels).set(METRIC_NAME, ALERTS).set(ALERT_STATE, alert.state).labels(),
      value: 1,
    },
    {
      labels: new LabelsBuilder(alert.labels).set(METRIC_NAME, ALERTS_FOR_STATE).labels(),
      value: Math.floor(alert.activeAtMs / 1000),
    },
  ];
}
