import { type Labels } from '@narthex/model';

/** An alert on its way to Alertmanager. */
export interface NotifiedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** When the alert ended, or until when it holds without being sent again. */
  readonly endsAtMs: number;
  /** A link to the expression that raised it; may be empty. */
  readonly generatorUrl: string;
}

/**
 * The body of `POST /api/v2/alerts`
 * (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, postableAlerts).
 */
export function alertsBody(alerts: readonly NotifiedAlert[]): string {
  return JSON.stringify(
    alerts.map(({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }) => ({
      annotations,
      endsAt: new Date(endsAtMs).toISOString(),
      startsAt: new Date(startsAtMs).toISOString(),
      generatorURL: generatorUrl,
      labels,
    })),
  );
}
