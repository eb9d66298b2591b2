import { IncomingWebhook, IncomingWebhookHTTPError, IncomingWebhookRequestError } from '@slack/webhook';
import { type HttpClient } from '@narthex/httpclient';
import { type Clock } from '@narthex/process';
import { type Alert } from '../../alerts/alert';
import { type Notifier, type NotifyOutcome } from '../../notify/integration';
import { type Notification } from '../../notify/notification';
import { notificationData } from '../../templates/notification-data';
import { type Templates } from '../../templates/templates';
import { fetchThrough } from '../client-fetch';
import { revealSecret } from '../file-secret';
import { requestFailure, statusFailure, unusable } from '../http-outcome';
import { withTimeout } from '../own-timeout';
import { type SlackSection } from './config';
import { type SlackMessage, slackMessage } from './message';

export interface SlackOptions {
  readonly config: SlackSection;
  readonly client: HttpClient;
  readonly templates: Templates;
  readonly clock: Clock;
}

type Failure = Extract<NotifyOutcome, { kind: 'failed' }>;

/** Sends messages to Slack, or to anything that takes the messages of its incoming webhooks. */
export class SlackNotifier implements Notifier {
  readonly #options: SlackOptions;

  constructor(options: SlackOptions) {
    this.#options = options;
  }

  async notify(notification: Notification, alerts: readonly Alert[]): Promise<NotifyOutcome> {
    const { config, templates, clock } = this.#options;
    let message: SlackMessage;
    let address: string;
    try {
      message = slackMessage(
        config,
        templates.expander(notificationData(notification, alerts, templates.externalUrl)),
      );
      address = await this.#address();
    } catch (error) {
      return unusable(error);
    }
    const failure = await withTimeout(clock, config.timeout, notification.signal, (signal) =>
      this.#send(address, message, signal),
    );
    if (failure === undefined) return { kind: 'sent' };
    return {
      ...failure,
      error: new Error(`channel ${JSON.stringify(message.channel ?? '')}: ${failure.error.message}`),
    };
  }

  /** With an app's token messages go to Slack's API, else to a webhook's own URL. */
  async #address(): Promise<string> {
    const { app_token, app_token_file, app_url, api_url, api_url_file } = this.#options.config;
    const usesToken = app_token !== undefined || app_token_file !== '';
    return usesToken ? (app_url ?? '') : revealSecret(api_url, api_url_file);
  }

  async #send(address: string, message: SlackMessage, signal: AbortSignal): Promise<Failure | undefined> {
    const answer = { isJson: false };
    const fetch = fetchThrough(this.#options.client, signal, (headers) => {
      answer.isJson = headers['content-type']?.includes('application/json') ?? false;
    });
    try {
      const { text } = await new IncomingWebhook(address, { fetch }).send(message);
      return answer.isJson ? jsonFailure(text) : textFailure(text);
    } catch (error) {
      if (error instanceof IncomingWebhookHTTPError) return statusFailure(error.statusCode, error.body);
      const cause = error instanceof IncomingWebhookRequestError ? error.original : error;
      const message = cause instanceof Error ? cause.message : String(cause);
      return requestFailure(new Error(message.replaceAll(address, '<redacted>')), signal);
    }
  }
}

/** Webhooks say `ok`. */
function textFailure(text: string): Failure | undefined {
  return text === 'ok' ? undefined : refused(`received an error response from Slack: ${text}`);
}

/** The API says what is wrong in an answer with status 200. */
function jsonFailure(text: string): Failure | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    const reason = `could not unmarshal JSON response ${JSON.stringify(text)}: ${(error as Error).message}`;
    return { kind: 'failed', retry: true, reason: 'clientError', error: new Error(reason) };
  }
  const { ok, error } = (typeof answer === 'object' ? answer : {}) as {
    readonly ok?: unknown;
    readonly error?: unknown;
  };
  return ok === true
    ? undefined
    : refused(`error response from Slack: ${typeof error === 'string' ? error : ''}`);
}

function refused(reason: string): Failure {
  return { kind: 'failed', retry: false, reason: 'clientError', error: new Error(reason) };
}
