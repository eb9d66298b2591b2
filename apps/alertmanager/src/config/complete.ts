import { completeEmail } from '../receivers/email/complete';
import { completeSlack } from '../receivers/slack/complete';
import { type RootSection } from './sections/root';

/**
 * The configuration with what receivers take over from `global` filled in, as upstream shows it.
 * @throws Error with upstream's words when a receiver lacks something that `global` does not give either
 */
export function completeConfig(root: RootSection): RootSection {
  const { global } = root;
  return {
    ...root,
    receivers: root.receivers.map((receiver) => ({
      ...receiver,
      labels: new Map([...receiver.labels, ['name', receiver.name]]),
      email_configs: receiver.email_configs.map((email) => completeEmail(email, global)),
      slack_configs: receiver.slack_configs.map((slack) => completeSlack(slack, global)),
      webhook_configs: receiver.webhook_configs.map((webhook) => ({
        ...webhook,
        http_config: webhook.http_config ?? global.http_config,
      })),
    })),
  };
}
