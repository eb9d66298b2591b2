import { type HttpClient } from '@narthex/httpclient';
import { type Clock } from '@narthex/process';
import { type Alert } from '../../alerts/alert';
import { checkHttpUrl } from '../../config/fields';
import { type Notifier, type NotifyOutcome } from '../../notify/integration';
import { type Notification } from '../../notify/notification';
import { goStringify } from '../../templates/go-json';
import { notificationData } from '../../templates/notification-data';
import { type Templates } from '../../templates/templates';
import { revealSecret } from '../file-secret';
import { answerText, requestFailure, statusFailure, unusable } from '../http-outcome';
import { withTimeout } from '../own-timeout';
import { type WebhookConfig } from './config';

export interface WebhookOptions {
  readonly config: WebhookConfig;
  readonly client: HttpClient;
  readonly templates: Templates;
  readonly clock: Clock;
}

/**
 * Posts notifications as JSON, in version 4 of the format
 * (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).
 */
export class WebhookNotifier implements Notifier {
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  async notify(notification: Notification, alerts: readonly Alert[]): Promise<NotifyOutcome> {
    const { config, client, templates, clock } = this.#options;
    const sent = config.max_alerts > 0 ? alerts.slice(0, config.max_alerts) : alerts;
    const data = notificationData(notification, sent, templates.externalUrl);
    const message = {
      ...data,
      version: '4',
      groupKey: notification.groupKey,
      truncatedAlerts: alerts.length - sent.length,
    };
    let address: string;
    try {
      address = checkHttpUrl(templates.expander(data).text(await revealSecret(config.url, config.url_file)));
    } catch (error) {
      return unusable(error);
    }
    try {
      return await withTimeout(clock, config.timeout, notification.signal, async (signal) => {
        const response = await client.request({
          url: address,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: `${goStringify(message)}\n`,
          signal,
        });
        return statusFailure(response.status, await answerText(response)) ?? { kind: 'sent' };
      });
    } catch (error) {
      return requestFailure(redacted(error, address), notification.signal);
    }
  }
}

/** The address may be a secret. */
function redacted(error: unknown, address: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  return new Error(message.replaceAll(address, '<redacted>'), { cause: error });
}
