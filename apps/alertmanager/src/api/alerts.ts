import { Labels } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type AnchoredRegexp } from '@narthex/regexp';
import { type Request, type Response, type Router } from 'express';
import { type Alert } from '../alerts/alert';
import { type AlertStatuses } from '../alerts/alert-status';
import { type AlertStore } from '../alerts/alert-store';
import { type LabelMatcher } from '../matchers/label-matcher';
import { type MatcherParser } from '../matchers/matcher-parser';
import { type GroupMutes } from '../notify/group-mutes';
import { alertJson, type AlertJson } from './alert-json';
import { type AlertsMetrics } from './alerts-metrics';
import { sendJson } from './answer';
import { readJsonBody } from './body';
import { type Current } from './current';
import { HandlerError } from './errors';
import { checkAlert, readAlerts } from './posted-alerts';
import { flagParameter, matcherParameters, meetsFilter, receiverParameter } from './query';

export interface AlertRoutesOptions {
  readonly alerts: AlertStore;
  readonly statuses: AlertStatuses;
  readonly groupMutes: GroupMutes;
  readonly current: () => Current;
  readonly parser: MatcherParser;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: AlertsMetrics;
}

/** `/alerts` and `/alerts/groups`. */
export class AlertRoutes {
  readonly #options: AlertRoutesOptions;

  constructor(options: AlertRoutesOptions) {
    this.#options = options;
  }

  mount(router: Router): void {
    router.get('/alerts', (request, response) => this.#list(request, response));
    router.post('/alerts', (request, response) => this.#post(request, response));
    router.get('/alerts/groups', (request, response) => this.#groups(request, response));
  }

  #list(request: Request, response: Response): void {
    const { alerts, statuses, current } = this.#options;
    const wants = this.#alertFilter(request);
    const wantsReceiver = this.#receiverFilter(request);
    const { route } = current();
    const shown: AlertJson[] = [];
    for (const alert of alerts.all()) {
      const receivers = route.match(alert.labels).map(({ settings }) => settings.receiver);
      if (!receivers.some(wantsReceiver) || !wants(alert)) continue;
      shown.push(alertJson(alert, statuses.get(alert.fingerprint), receivers, []));
    }
    shown.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
    sendJson(response, 200, shown);
  }

  #groups(request: Request, response: Response): void {
    const { statuses, groupMutes, current } = this.#options;
    const wants = this.#alertFilter(request);
    const wantsReceiver = this.#receiverFilter(request);
    const wantsMuted = flagParameter(request, 'muted', true);
    const { groups, receivers } = current().dispatcher.groupsOf(
      ({ settings }) => wantsReceiver(settings.receiver),
      wants,
    );
    const shown = groups.flatMap((group) => {
      const mutedBy = groupMutes.get(group.routeId, group.groupKey);
      if (mutedBy.length > 0 && !wantsMuted) return [];
      const alerts = group.alerts.map((alert) =>
        alertJson(alert, statuses.get(alert.fingerprint), receivers.get(alert.fingerprint) ?? [], mutedBy),
      );
      return [{ alerts, labels: group.labels.toObject(), receiver: { name: group.receiver } }];
    });
    sendJson(response, 200, shown);
  }

  /** Takes what is right in the request, even where it then complains of the rest. */
  async #post(request: Request, response: Response): Promise<void> {
    const { alerts, clock, logger, metrics, current, parser } = this.#options;
    const nowMs = clock.nowMs();
    const body = await readJsonBody(request, 'alerts');
    const posted = readAlerts(body, { nowMs, resolveTimeoutMs: current().resolveTimeoutMs });
    const valid: Alert[] = [];
    const faults: string[] = [];
    for (const alert of posted) {
      metrics.received((alert.endsAtMs ?? Infinity) > nowMs ? 'firing' : 'resolved');
      const fault = checkAlert(alert, (name) => parser.isValidLabelName(name));
      if (fault === undefined) valid.push(alert);
      else faults.push(fault);
    }
    metrics.invalid(faults.length);
    alerts.put(valid);
    if (faults.length > 0) {
      const message = faults.join('\n');
      logger.error('Failed to validate alerts', { err: message });
      throw new HandlerError(400, message);
    }
    response.status(200).end();
  }

  #alertFilter(request: Request): (alert: Alert) => boolean {
    const { clock, statuses, current, parser } = this.#options;
    const matchers = matcherParameters(request, 'filter', parser);
    const active = flagParameter(request, 'active', true);
    const silenced = flagParameter(request, 'silenced', true);
    const inhibited = flagParameter(request, 'inhibited', true);
    const { updateStatus } = current();
    const nowMs = clock.nowMs();
    return (alert) => {
      if ((alert.endsAtMs ?? Infinity) < nowMs) return false;
      updateStatus(alert);
      const status = statuses.get(alert.fingerprint);
      if (!active && status.state === 'active') return false;
      if (!silenced && status.silencedBy.length > 0) return false;
      if (!inhibited && status.inhibitedBy.length > 0) return false;
      return meetsFilter(alert.labels, matchers);
    };
  }

  #receiverFilter(request: Request): (receiver: string) => boolean {
    const pattern: AnchoredRegexp | undefined = receiverParameter(request);
    const matchers = matcherParameters(request, 'receiver_matchers', this.#options.parser);
    const labelled = labelFilter(this.#options.current(), matchers);
    return (receiver) => (pattern?.matches(receiver) ?? true) && labelled(receiver);
  }
}

/** True for the receivers whose labels meet the matchers. */
export function labelFilter(
  { receivers }: Current,
  matchers: readonly LabelMatcher[],
): (receiver: string) => boolean {
  if (matchers.length === 0) return () => true;
  const wanted = receivers
    .filter(({ labels }) => meetsFilter(Labels.of(labels), matchers))
    .map(({ name }) => name);
  return (receiver) => wanted.includes(receiver);
}
