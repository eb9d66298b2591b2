import { Counter, Gauge, type Registry } from '@narthex/client';
import {
  type NotificationEvent,
  type NotificationFeed,
  type ServerNotification,
} from '../api/notifications.js';

export interface NotificationsOptions {
  readonly registry: Registry;
  /** `--web.max-notifications-subscribers` */
  readonly maxSubscribers: number;
  /** What is wrong now. */
  readonly active: () => readonly ServerNotification[];
}

/** Tells subscribers what has changed each time {@link changed} is called. */
export class Notifications implements NotificationFeed {
  readonly #options: NotificationsOptions;
  /** What each is told with, and how it ends. */
  readonly #subscribers = new Map<(event: NotificationEvent) => boolean, () => void>();
  readonly #gauge: Gauge;
  readonly #sent: Counter;
  readonly #dropped: Counter;
  #known: readonly ServerNotification[] = [];

  constructor(options: NotificationsOptions) {
    this.#options = options;
    const registers = [options.registry];
    this.#gauge = new Gauge({
      name: 'prometheus_api_notification_active_subscribers',
      help: 'The current number of active notification subscribers.',
      registers,
    });
    this.#sent = new Counter({
      name: 'prometheus_api_notification_updates_sent_total',
      help: 'Total number of notification updates sent.',
      registers,
    });
    this.#dropped = new Counter({
      name: 'prometheus_api_notification_updates_dropped_total',
      help: 'Total number of notification updates dropped.',
      registers,
    });
  }

  active(): readonly ServerNotification[] {
    return this.#options.active();
  }

  subscribe(listener: (event: NotificationEvent) => boolean, end: () => void): (() => void) | undefined {
    if (this.#subscribers.size >= this.#options.maxSubscribers) return undefined;
    this.#subscribers.set(listener, end);
    this.#gauge.set(this.#subscribers.size);
    return () => {
      this.#subscribers.delete(listener);
      this.#gauge.set(this.#subscribers.size);
    };
  }

  /** To be called when something may have changed: compares with what was told before. */
  changed(): void {
    const now = this.active();
    const before = this.#known;
    this.#known = now;
    for (const one of before) {
      if (!now.some(({ text }) => text === one.text)) this.#send({ ...one, active: false });
    }
    for (const one of now) {
      const told = before.some(({ text, sinceMs }) => text === one.text && sinceMs === one.sinceMs);
      if (!told) this.#send({ ...one, active: true });
    }
  }

  /** No more will come: nobody who listens keeps the server from stopping. */
  close(): void {
    for (const end of [...this.#subscribers.values()]) end();
  }

  #send(event: NotificationEvent): void {
    for (const listener of this.#subscribers.keys()) {
      if (listener(event)) this.#sent.inc();
      else this.#dropped.inc();
    }
  }
}
