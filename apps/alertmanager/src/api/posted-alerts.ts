import { quoteGo, Labels } from '@narthex/model';
import { type Alert } from '../alerts/alert';
import { fingerprintOf } from '../alerts/fingerprint';
import { BodyReader } from './body';

/**
 * The alerts of a request. What has no start starts at its end, or now; what has no end ends by timeout.
 * @throws RequestError
 */
export function readAlerts(
  body: unknown,
  { nowMs, resolveTimeoutMs }: { readonly nowMs: number; readonly resolveTimeoutMs: number },
): Alert[] {
  const reader = new BodyReader('alerts');
  return reader.items(body, 'models.PostableAlerts').map((item, i) => {
    const fields = reader.fields(item, 'models.PostableAlert');
    reader.require(fields, ['labels'], `${i}.`);
    const given = reader.texts(fields.labels, 'Alert.labels', 'models.LabelSet');
    const annotations = reader.texts(fields.annotations, 'PostableAlert.annotations', 'models.LabelSet');
    const startsAtMs = reader.time(fields.startsAt, 'PostableAlert.startsAt');
    const endsAtMs = reader.time(fields.endsAt, 'PostableAlert.endsAt');
    const labels = Labels.of(given);
    return {
      labels,
      fingerprint: fingerprintOf(labels),
      annotations: new Map([...annotations].sort(([a], [b]) => (a < b ? -1 : 1))),
      startsAtMs: startsAtMs ?? endsAtMs ?? nowMs,
      endsAtMs: endsAtMs ?? nowMs + resolveTimeoutMs,
      updatedAtMs: nowMs,
      generatorUrl: reader.uri(fields.generatorURL, 'Alert.generatorURL', `${i}.generatorURL`),
      timesOut: endsAtMs === undefined,
    };
  });
}

/** What is wrong with an alert, in upstream's words. */
export function checkAlert(alert: Alert, isValidLabelName: (name: string) => boolean): string | undefined {
  if ((alert.endsAtMs ?? Infinity) < alert.startsAtMs) return 'start time must be before end time';
  if (alert.labels.size === 0) return 'at least one label pair required';
  const badLabel = [...alert.labels].map(([name]) => name).find((name) => !isValidLabelName(name));
  if (badLabel !== undefined) return `invalid label set: invalid name ${quoteGo(badLabel)}`;
  const badAnnotation = [...alert.annotations.keys()].find((name) => !isValidLabelName(name));
  return badAnnotation === undefined
    ? undefined
    : `invalid annotations: invalid name ${quoteGo(badAnnotation)}`;
}
