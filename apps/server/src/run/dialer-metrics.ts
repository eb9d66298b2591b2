import { Counter, type Registry } from '@narthex/client';
import { type DialCounts, type DialFailure } from '@narthex/httpclient';

const REASONS: readonly DialFailure[] = ['resolution', 'refused', 'timeout', 'unknown'];

/** Counts the connections that the server makes, under upstream's names: by scrape job, or by what else they are for. */
export class DialerMetrics {
  readonly #attempted: Counter<'dialer_name'>;
  readonly #established: Counter<'dialer_name'>;
  readonly #failed: Counter<'dialer_name' | 'reason'>;
  readonly #closed: Counter<'dialer_name'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['dialer_name'] as const;
    this.#attempted = new Counter({
      name: 'net_conntrack_dialer_conn_attempted_total',
      help: 'Total number of connections attempted by the given dialer a given name.',
      labelNames,
      registers,
    });
    this.#established = new Counter({
      name: 'net_conntrack_dialer_conn_established_total',
      help: 'Total number of connections successfully established by the given dialer a given name.',
      labelNames,
      registers,
    });
    this.#failed = new Counter({
      name: 'net_conntrack_dialer_conn_failed_total',
      help: 'Total number of connections failed to dial by the dialer a given name.',
      labelNames: ['dialer_name', 'reason'],
      registers,
    });
    this.#closed = new Counter({
      name: 'net_conntrack_dialer_conn_closed_total',
      help: 'Total number of connections closed which originated from the dialer of a given name.',
      labelNames,
      registers,
    });
    // As upstream's: there from the start, and never used.
    this.named('default');
  }

  /** The counts of one dialer, which are shown from now on. */
  named(name: string): DialCounts {
    const labels = { dialer_name: name };
    for (const counter of [this.#attempted, this.#established, this.#closed]) counter.inc(labels, 0);
    for (const reason of REASONS) this.#failed.inc({ ...labels, reason }, 0);
    return {
      attempted: () => this.#attempted.inc(labels),
      established: () => this.#established.inc(labels),
      failed: (reason) => this.#failed.inc({ ...labels, reason }),
      closed: () => this.#closed.inc(labels),
    };
  }
}
