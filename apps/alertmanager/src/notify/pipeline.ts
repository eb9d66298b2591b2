import { type Clock, type Logger } from '@narthex/process';
import { type Alert } from '../alerts/alert';
import { type NamedIntervals } from '../intervals/named-intervals';
import { type NotificationLog } from '../nflog/notification-log';
import { type AlertHash } from './alert-hash';
import { type GroupMutes } from './group-mutes';
import { type Integration } from './integration';
import { type Muter } from './muter';
import { type Notification } from './notification';
import { type NotificationMetrics } from './notification-metrics';
import { FanOut, Sequence, type Stage, type Staged } from './stage';
import { DedupStage } from './stages/dedup';
import { MuteStage } from './stages/mute';
import { RetryStage } from './stages/retry';
import { SetNotifiesStage } from './stages/set-notifies';
import { ActiveTimeStage, MuteTimeStage } from './stages/time';

export interface PipelineOptions {
  /** The integrations of every receiver. */
  readonly receivers: ReadonlyMap<string, readonly Integration[]>;
  readonly inhibitor: Muter;
  readonly silencer: Muter;
  readonly intervals: NamedIntervals;
  readonly groupMutes: GroupMutes;
  readonly log: NotificationLog;
  readonly hash: AlertHash;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: NotificationMetrics;
  readonly random: () => number;
}

/** The way of a group's alerts to its receiver. */
export function createPipeline(options: PipelineOptions): Stage {
  const { inhibitor, silencer, intervals, groupMutes, log, hash, clock, logger, metrics, random } = options;
  const toIntegration = (integration: Integration): Stage =>
    new Sequence([
      new DedupStage({ integration, log, hash, metrics }),
      new RetryStage({ integration, clock, logger, metrics, random }),
      new SetNotifiesStage({ integration, log }),
    ]);
  const toReceiver = (integrations: readonly Integration[]): Stage =>
    new Sequence([
      new MuteStage({ muter: inhibitor, metrics }),
      new ActiveTimeStage({ intervals, groupMutes, metrics }),
      new MuteTimeStage({ intervals, groupMutes, metrics }),
      new MuteStage({ muter: silencer, metrics }),
      new FanOut(integrations.map(toIntegration)),
    ]);
  const entries = [...options.receivers].map(
    ([name, integrations]) => [name, toReceiver(integrations)] as const,
  );
  return new ByReceiver(new Map(entries));
}

/** Hands a group to the stages of its receiver. */
class ByReceiver implements Stage {
  readonly #stages: ReadonlyMap<string, Stage>;

  constructor(stages: ReadonlyMap<string, Stage>) {
    this.#stages = stages;
  }

  run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const stage = this.#stages.get(notification.receiver);
    if (stage === undefined)
      throw new Error(`no receiver ${notification.receiver}: the configuration was not checked`);
    return stage.run(notification, alerts);
  }
}
