import { HttpClient } from '@narthex/httpclient';
import { type Clock, VERSION } from '@narthex/process';
import { type HttpConfig } from '../config/http-config';
import { type ReceiverSection } from '../config/sections/receiver';
import { type Integration, type Notifier } from '../notify/integration';
import { type Templates } from '../templates/templates';
import { EmailNotifier } from './email/email';
import { SlackNotifier } from './slack/slack';
import { WebhookNotifier } from './webhook/webhook';

export interface ReceiversOptions {
  readonly receivers: readonly ReceiverSection[];
  readonly templates: Templates;
  readonly clock: Clock;
}

/** The integrations of every receiver, and how to let go of their connections. */
export interface Receivers {
  readonly byName: ReadonlyMap<string, readonly Integration[]>;
  readonly close: () => Promise<void>;
}

/** Makes the integrations of all receivers, in the order in which upstream numbers them. */
export function buildReceivers({ receivers, templates, clock }: ReceiversOptions): Receivers {
  const clients: HttpClient[] = [];
  const clientOf = (config: HttpConfig | undefined): HttpClient => {
    if (config === undefined) throw new Error('a completed configuration says how to talk HTTP');
    const client = new HttpClient({ config, userAgent: `Alertmanager/${VERSION}`, clock });
    clients.push(client);
    return client;
  };
  const byName = receivers.map((receiver): [string, readonly Integration[]] => {
    const number = <C extends { readonly send_resolved: boolean }>(
      integration: string,
      configs: readonly C[],
      make: (config: C) => Notifier,
    ): Integration[] =>
      configs.map((config, index) => ({
        key: { receiver: receiver.name, integration, index },
        sendResolved: config.send_resolved,
        notifier: make(config),
      }));
    return [
      receiver.name,
      [
        ...number('webhook', receiver.webhook_configs, (config) => {
          const client = clientOf(config.http_config);
          return new WebhookNotifier({ config, client, templates, clock });
        }),
        ...number(
          'email',
          receiver.email_configs,
          (config) => new EmailNotifier({ config, templates, clock }),
        ),
        ...number('slack', receiver.slack_configs, (config) => {
          const client = clientOf(slackHttp(config));
          return new SlackNotifier({ config, client, templates, clock });
        }),
      ],
    ];
  });
  return {
    byName: new Map(byName),
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

/** An app's token is a bearer token. */
function slackHttp(config: ReceiverSection['slack_configs'][number]): HttpConfig | undefined {
  const { http_config, app_token, app_token_file } = config;
  if (http_config === undefined || (app_token === undefined && app_token_file === '')) return http_config;
  const authorization = {
    type: 'Bearer',
    credentials: app_token,
    credentials_file: app_token_file,
    credentials_ref: '',
  };
  return { ...http_config, authorization };
}
