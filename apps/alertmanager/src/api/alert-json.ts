import { type Alert } from '../alerts/alert';
import { type AlertStatus } from '../alerts/alert-status';

/** An alert as the API shows it. */
export interface AlertJson {
  readonly annotations: Record<string, string>;
  readonly endsAt: string;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly startsAt: string;
  readonly status: {
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
    readonly silencedBy: readonly string[];
    readonly state: string;
  };
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly labels: Record<string, string>;
}

export function alertJson(
  alert: Alert,
  { state, inhibitedBy, silencedBy }: AlertStatus,
  receivers: readonly string[],
  mutedBy: readonly string[],
): AlertJson {
  return {
    annotations: Object.fromEntries(alert.annotations),
    endsAt: new Date(alert.endsAtMs ?? 0).toISOString(),
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: new Date(alert.startsAtMs).toISOString(),
    status: { inhibitedBy, mutedBy, silencedBy, state: mutedBy.length > 0 ? 'suppressed' : state },
    updatedAt: new Date(alert.updatedAtMs).toISOString(),
    ...(alert.generatorUrl === '' ? {} : { generatorURL: alert.generatorUrl }),
    labels: alert.labels.toObject(),
  };
}
