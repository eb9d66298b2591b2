import { check, list, record, section, text } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { type z } from 'zod';
import { emailSection } from '../../receivers/email/config';
import { slackSection } from '../../receivers/slack/config';
import { webhookSection } from '../../receivers/webhook/config';
import { unsupported } from '../unsupported';

/** An element of `receivers`. Fields stand in the order in which upstream prints them. */
export const receiverSection = check(
  section('config.plain', {
    name: text({ always: true }),
    labels: record(text({ always: true })),
    discord_configs: unsupported('discord_configs'),
    email_configs: list(emailSection, {
      goType: '[]*config.EmailConfig',
      emptyElement: 'missing email config',
    }),
    incidentio_configs: unsupported('incidentio_configs'),
    pagerduty_configs: unsupported('pagerduty_configs'),
    slack_configs: list(slackSection, { goType: '[]*config.SlackConfig' }),
    webhook_configs: list(webhookSection, {
      goType: '[]*webhook.WebhookConfig',
      emptyElement: 'missing webhook config',
    }),
    opsgenie_configs: unsupported('opsgenie_configs'),
    wechat_configs: unsupported('wechat_configs'),
    pushover_configs: unsupported('pushover_configs'),
    victorops_configs: unsupported('victorops_configs'),
    sns_configs: unsupported('sns_configs'),
    telegram_configs: unsupported('telegram_configs'),
    webex_configs: unsupported('webex_configs'),
    msteams_configs: unsupported('msteams_configs'),
    msteamsv2_configs: unsupported('msteamsv2_configs'),
    jira_configs: unsupported('jira_configs'),
    rocketchat_configs: unsupported('rocketchat_configs'),
    mattermost_configs: unsupported('mattermost_configs'),
  }),
  ({ name, labels }) => {
    if (name === '') return 'missing name in receiver';
    const label = labels.get('name') ?? name;
    return label === name
      ? undefined
      : `receiver label "name" must match receiver name ${quoteGo(name)}, got ${quoteGo(label)}`;
  },
);

export type ReceiverSection = z.output<typeof receiverSection>;
