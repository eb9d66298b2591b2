import { type Labels, LabelsBuilder, METRIC_NAME } from '@narthex/model';
import { type ActiveAlert } from './active-alert.js';
import { type VectorSample } from './query.js';

export const ALERTS = 'ALERTS';
export const ALERTS_FOR_STATE = 'ALERTS_FOR_STATE';
const ALERT_STATE = 'alertstate';

/**
 * What is stored of an alert: that it is there, in which state, and since when it matches (in Unix seconds). A label of
 * the rule whose template gave nothing keeps the template's text in these series, as upstream's do.
 */
export function alertSamples(alert: ActiveAlert, ruleLabels: Labels): readonly [VectorSample, VectorSample] {
  const labelled = (name: string): LabelsBuilder => {
    const builder = new LabelsBuilder();
    for (const [label, value] of [...ruleLabels, ...alert.labels]) builder.set(label, value);
    return builder.set(METRIC_NAME, name);
  };
  return [
    { labels: labelled(ALERTS).set(ALERT_STATE, alert.state).labels(), value: 1 },
    { labels: labelled(ALERTS_FOR_STATE).labels(), value: Math.floor(alert.activeAtMs / 1000) },
  ];
}
