import { type IncomingWebhookSendArguments } from '@slack/webhook';
import { type Expander } from '../../templates/templates';
import { type SlackSection } from './config';

/** https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments#legacy_fields */
const LONGEST_TITLE = 1024;
type MarkdownPart = NonNullable<
  NonNullable<IncomingWebhookSendArguments['attachments']>[number]['mrkdwn_in']
>[number];
const MARKDOWN_PARTS: readonly string[] = ['fallback', 'pretext', 'text'];

/** A message as Slack's API takes it. Keys with nothing to say are left out where upstream leaves them out. */
export type SlackMessage = IncomingWebhookSendArguments;
type MessageAttachment = NonNullable<SlackMessage['attachments']>[number];

/**
 * Fills in the configured message.
 * @throws TemplateParseError, TemplateExecutionError, TemplateLimitError
 */
export function slackMessage(config: SlackSection, expand: Expander): SlackMessage {
  const text = (template: string): string => expand.text(template);
  const messageText = text(config.message_text);
  return {
    ...some('channel', text(config.channel)),
    ...some('username', text(config.username)),
    ...some('icon_emoji', text(config.icon_emoji)),
    ...some('icon_url', text(config.icon_url)),
    ...(config.link_names ? { link_names: true } : {}),
    ...some('text', messageText),
    ...(messageText === '' ? { attachments: [attachment(config, text)] } : {}),
  };
}

function attachment(config: SlackSection, text: (template: string) => string): MessageAttachment {
  return {
    ...some('title', shortened(text(config.title))),
    ...some('title_link', text(config.title_link)),
    ...some('pretext', text(config.pretext)),
    text: text(config.text),
    fallback: text(config.fallback),
    callback_id: text(config.callback_id),
    ...many(
      'fields',
      config.fields.map((field) => ({
        ...some('title', text(field.title)),
        ...some('value', text(field.value)),
        short: field.short ?? config.short_fields,
      })),
    ),
    ...many(
      'actions',
      config.actions.map((action) => slackAction(action, text)),
    ),
    ...some('image_url', text(config.image_url)),
    ...some('thumb_url', text(config.thumb_url)),
    footer: text(config.footer),
    ...some('color', text(config.color)),
    mrkdwn_in: (config.mrkdwn_in.length > 0 ? [...config.mrkdwn_in] : MARKDOWN_PARTS) as MarkdownPart[],
  };
}

/** A button opens a URL, or sends a name and a value, perhaps after a question. */
function slackAction(
  action: SlackSection['actions'][number],
  text: (template: string) => string,
): Readonly<Record<string, unknown>> {
  const { confirm } = action;
  const opensUrl = action.url !== '';
  return {
    ...some('type', text(action.type)),
    ...some('text', text(action.text)),
    ...some('url', text(action.url)),
    ...some('style', text(action.style)),
    ...(opensUrl ? {} : { ...some('name', text(action.name)), ...some('value', text(action.value)) }),
    ...(opensUrl || confirm === undefined
      ? {}
      : {
          confirm: {
            ...some('text', text(confirm.text)),
            ...some('title', text(confirm.title)),
            ...some('ok_text', text(confirm.ok_text)),
            ...some('dismiss_text', text(confirm.dismiss_text)),
          },
        }),
  };
}

function some(key: string, value: string): Record<string, string> {
  return value === '' ? {} : { [key]: value };
}

function many(key: string, values: readonly unknown[]): Record<string, readonly unknown[]> {
  return values.length === 0 ? {} : { [key]: values };
}

function shortened(title: string): string {
  const characters = Array.from(title);
  return characters.length <= LONGEST_TITLE
    ? title
    : `${characters.slice(0, LONGEST_TITLE - 1).join('')}\u2026`;
}
