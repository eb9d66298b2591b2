import { define } from '../../templates/shared-templates';

/** The texts of Slack messages, under upstream's names. */
export const SLACK_TEMPLATES = [
  define('slack.default.title', '{{ template "__subject" . }}'),
  define('slack.default.titlelink', '{{ template "__alertmanagerURL" . }}'),
  define('slack.default.username', '{{ template "__alertmanager" . }}'),
  define(
    'slack.default.fallback',
    '{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}',
  ),
  define('slack.default.color', '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'),
  ...['callbackid', 'footer', 'iconemoji', 'iconurl', 'pretext', 'text'].map((part) =>
    define(`slack.default.${part}`, ''),
  ),
].join('\n');
