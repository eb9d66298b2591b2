import { Counter, type Registry } from '@narthex/client';

/** Counts what is posted, under upstream's names. */
export class AlertsMetrics {
  readonly #received: Counter;
  readonly #invalid: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#received = new Counter({
      name: 'alertmanager_alerts_received_total',
      help: 'The total number of received alerts.',
      labelNames: ['status', 'version'],
      registers,
    });
    this.#invalid = new Counter({
      name: 'alertmanager_alerts_invalid_total',
      help: 'The total number of received alerts that were invalid.',
      labelNames: ['version'],
      registers,
    });
    for (const status of ['firing', 'resolved']) this.#received.inc({ status, version: 'v2' }, 0);
    this.#invalid.inc({ version: 'v2' }, 0);
  }

  received(status: 'firing' | 'resolved'): void {
    this.#received.inc({ status, version: 'v2' });
  }

  invalid(count: number): void {
    this.#invalid.inc({ version: 'v2' }, count);
  }
}
