import { type PrometheusConfig } from '@narthex/server-config';

/** The section `tracing`, where there is one. */
export type TracingConfig = NonNullable<PrometheusConfig['tracing']>;

/** The same for sections that say the same, secrets included. */
export function tracingFingerprint(config: TracingConfig | undefined): string {
  if (config === undefined) return '';
  const headers = [...config.headers].map(([name, value]) => [name, value?.reveal()]);
  return JSON.stringify({ ...config, headers });
}
