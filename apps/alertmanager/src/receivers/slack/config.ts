import { check, filePath, flag, list, optional, secret, section, text } from '@narthex/config';
import { type z } from 'zod';
import { goDuration, httpUrl, secretUrl } from '../../config/fields';
import { httpConfig } from '../../config/http-config';
import { NOT_SUPPORTED } from '../../config/unsupported';

const fieldSection = check(
  section('config.plain', { title: text(), value: text(), short: optional(flag({ always: true })) }),
  ({ title, value }) => {
    if (title === '') return 'missing title in Slack field configuration';
    return value === '' ? 'missing value in Slack field configuration' : undefined;
  },
);

const confirmationSection = check(
  section('config.plain', { text: text(), title: text(), ok_text: text(), dismiss_text: text() }),
  (confirmation) =>
    confirmation.text === '' ? 'missing text in Slack confirmation configuration' : undefined,
);

const actionSection = check(
  section('config.plain', {
    type: text(),
    text: text(),
    url: text(),
    style: text(),
    name: text(),
    value: text(),
    confirm: optional(confirmationSection),
  }),
  (action) => {
    if (action.type === '') return 'missing type in Slack action configuration';
    if (action.text === '') return 'missing text in Slack action configuration';
    return action.url === '' && action.name === ''
      ? 'missing name or url in Slack action configuration'
      : undefined;
  },
);

/** An element of `slack_configs`. */
export const slackSection = check(
  section('config.plain', {
    send_resolved: flag({ always: true }),
    http_config: optional(httpConfig),
    api_url: secretUrl(),
    api_url_file: filePath(),
    app_token: secret(),
    app_token_file: filePath(),
    app_url: httpUrl(),
    channel: text(),
    username: text({ default: '{{ template "slack.default.username" . }}' }),
    color: text({ default: '{{ template "slack.default.color" . }}' }),
    title: text({ default: '{{ template "slack.default.title" . }}' }),
    title_link: text({ default: '{{ template "slack.default.titlelink" . }}' }),
    pretext: text({ default: '{{ template "slack.default.pretext" . }}' }),
    text: text({ default: '{{ template "slack.default.text" . }}' }),
    message_text: text(),
    fields: list(fieldSection, { goType: '[]*config.SlackField' }),
    short_fields: flag({ always: true }),
    footer: text({ default: '{{ template "slack.default.footer" . }}' }),
    fallback: text({ default: '{{ template "slack.default.fallback" . }}' }),
    callback_id: text({ default: '{{ template "slack.default.callbackid" . }}' }),
    icon_emoji: text({ default: '{{ template "slack.default.iconemoji" . }}' }),
    icon_url: text({ default: '{{ template "slack.default.iconurl" . }}' }),
    image_url: text(),
    thumb_url: text(),
    link_names: flag({ always: true }),
    mrkdwn_in: list(text()),
    actions: list(actionSection, { goType: '[]*config.SlackAction' }),
    update_message: flag({ always: true }),
    timeout: goDuration(),
  }),
  (slack) => {
    if (slack.update_message) return `update_message of slack_configs ${NOT_SUPPORTED}`;
    if (slack.api_url !== undefined && slack.api_url_file !== '') {
      return 'at most one of api_url & api_url_file must be configured';
    }
    if (slack.app_token !== undefined && slack.app_token_file !== '') {
      return 'at most one of app_token & app_token_file must be configured';
    }
    const hasToken = slack.app_token !== undefined || slack.app_token_file !== '';
    const hasUrl = slack.api_url !== undefined || slack.api_url_file !== '';
    return hasToken && hasUrl
      ? 'at most one of app_token/app_token_file & api_url/api_url_file must be configured'
      : undefined;
  },
);

export type SlackSection = z.output<typeof slackSection>;
