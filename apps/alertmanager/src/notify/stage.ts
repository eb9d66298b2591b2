import { type Alert } from '../alerts/alert';
import { type Notification } from './notification';

/** What a stage hands to the next one. */
export interface Staged {
  readonly notification: Notification;
  readonly alerts: readonly Alert[];
}

/** One step on the way of a group's alerts to a receiver. It may hold alerts back, add to the notification, or throw. */
export interface Stage {
  run(notification: Notification, alerts: readonly Alert[]): Promise<Staged>;
}

/** Runs stages one after the other, until one leaves no alerts. */
export class Sequence implements Stage {
  readonly #stages: readonly Stage[];

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
  }

  async run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    let staged: Staged = { notification, alerts };
    for (const stage of this.#stages) {
      if (staged.alerts.length === 0) break;
      staged = await stage.run(staged.notification, staged.alerts);
    }
    return staged;
  }
}

/** Runs stages side by side on the same alerts; throws when one of them does, after all have ended. */
export class FanOut implements Stage {
  readonly #stages: readonly Stage[];

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
  }

  async run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const results = await Promise.allSettled(this.#stages.map((stage) => stage.run(notification, alerts)));
    const errors = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as Error);
    if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
    return { notification, alerts };
  }
}
