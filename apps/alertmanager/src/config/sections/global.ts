import { check, duration, filePath, flag, optional, secret, section, text } from '@narthex/config';
import { type z } from 'zod';
import { hostPort, httpUrl, secretUrl } from '../fields';
import { httpConfig, tlsConfig } from '../http-config';

/** `global`: defaults for every receiver. Keys of receivers that are not there yet are taken and shown, and unused. */
export const globalSection = check(
  section('config.plain', {
    resolve_timeout: duration({ default: 300_000, always: true }),
    http_config: httpConfig,
    jira_api_url: httpUrl(),
    smtp_from: text(),
    smtp_hello: text({ default: 'localhost' }),
    smtp_smarthost: hostPort(),
    smtp_auth_username: text(),
    smtp_auth_password: secret(),
    smtp_auth_password_file: filePath(),
    smtp_auth_secret: secret(),
    smtp_auth_secret_file: filePath(),
    smtp_auth_identity: text(),
    smtp_require_tls: flag({ default: true, always: true }),
    smtp_tls_config: tlsConfig,
    smtp_force_implicit_tls: optional(flag({ always: true })),
    slack_api_url: secretUrl(),
    slack_api_url_file: filePath(),
    slack_app_token: secret(),
    slack_app_token_file: filePath(),
    slack_app_url: httpUrl({ default: 'https://slack.com/api/chat.postMessage' }),
    pagerduty_url: httpUrl({ default: 'https://events.pagerduty.com/v2/enqueue' }),
    opsgenie_api_url: httpUrl({ default: 'https://api.opsgenie.com/' }),
    opsgenie_api_key: secret(),
    opsgenie_api_key_file: text(),
    wechat_api_url: httpUrl({ default: 'https://qyapi.weixin.qq.com/cgi-bin/' }),
    wechat_api_secret: secret(),
    wechat_api_secret_file: text(),
    wechat_api_corp_id: text(),
    victorops_api_url: httpUrl({
      default: 'https://alert.victorops.com/integrations/generic/20131114/alert/',
    }),
    victorops_api_key: secret(),
    victorops_api_key_file: text(),
    telegram_api_url: httpUrl({ default: 'https://api.telegram.org' }),
    telegram_bot_token: secret(),
    telegram_bot_token_file: text(),
    webex_api_url: httpUrl({ default: 'https://webexapis.com/v1/messages' }),
    rocketchat_api_url: httpUrl({ default: 'https://open.rocket.chat/' }),
    rocketchat_token: secret(),
    rocketchat_token_file: text(),
    rocketchat_token_id: secret(),
    rocketchat_token_id_file: text(),
    mattermost_webhook_url: secretUrl(),
    mattermost_webhook_url_file: text(),
  }),
  (global) => {
    const bothOf = EXCLUSIVE.find((key) => isSet(global[key]) && isSet(global[`${key}_file`]));
    if (bothOf !== undefined) return `at most one of ${bothOf} & ${bothOf}_file must be configured`;
    const hasToken = isSet(global.slack_app_token) || isSet(global.slack_app_token_file);
    const hasUrl = isSet(global.slack_api_url) || isSet(global.slack_api_url_file);
    if (hasToken && hasUrl && global.slack_api_url?.reveal() !== global.slack_app_url) {
      return 'at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured';
    }
    return undefined;
  },
);

export type GlobalSection = z.output<typeof globalSection>;

/** Keys that may be given inline or in a file, not both; in the order in which upstream looks at them. */
const EXCLUSIVE = [
  'slack_app_token',
  'slack_api_url',
  'opsgenie_api_key',
  'victorops_api_key',
  'telegram_bot_token',
  'smtp_auth_password',
  'rocketchat_token',
  'rocketchat_token_id',
  'smtp_auth_secret',
  'wechat_api_secret',
  'mattermost_webhook_url',
] as const;

function isSet(value: unknown): boolean {
  return value !== undefined && value !== '';
}
