import { DeadlineError, type DialCounts, HttpClient } from '@narthex/httpclient';
import { type AlertmanagerConfig, type PostAlerts } from '@narthex/notifier';
import { type AlertmanagerEntry } from '@narthex/server-config';
import { type Clock } from '@narthex/process';

/** The HTTP clients of the Alertmanagers in force; each configuration has its own. */
export class AlertmanagerClients {
  readonly #clock: Clock;
  readonly #userAgent: string;
  readonly #dials: () => DialCounts;
  #clients: readonly HttpClient[] = [];

  constructor(clock: Clock, userAgent: string, dials: () => DialCounts) {
    this.#dials = dials;
    this.#clock = clock;
    this.#userAgent = userAgent;
  }

  /** Makes clients for a new configuration. `retire` closes those of the one before, to be called once it is gone. */
  replace(entries: readonly AlertmanagerEntry[]): {
    readonly configs: readonly AlertmanagerConfig[];
    readonly retire: () => Promise<void>;
  } {
    const before = this.#clients;
    const clients = entries.map(
      (config) =>
        new HttpClient({ config, userAgent: this.#userAgent, clock: this.#clock, dials: this.#dials() }),
    );
    this.#clients = clients;
    return {
      configs: entries.map((entry, index) => ({
        scheme: entry.scheme,
        pathPrefix: entry.path_prefix,
        relabelRules: entry.relabel_configs,
        alertRelabelRules: entry.alert_relabel_configs,
        timeoutMs: entry.timeout,
        post: this.#post(clients[index]!),
      })),
      retire: () => closeAll(before),
    };
  }

  async close(): Promise<void> {
    await closeAll(this.#clients);
  }

  #post(client: HttpClient): PostAlerts {
    return async ({ url, body, timeoutMs, signal }) => {
      const timeout = new AbortController();
      const stopTimer = this.#clock.after(timeoutMs, () => timeout.abort(new DeadlineError()));
      try {
        const response = await client.request({
          url,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
          signal: AbortSignal.any([signal, timeout.signal]),
        });
        await response.discard();
        const { status, statusText } = response;
        if (status < 200 || status > 299) throw new Error(`bad response status ${status} ${statusText}`);
      } finally {
        stopTimer();
      }
    };
  }
}

async function closeAll(clients: readonly HttpClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}
