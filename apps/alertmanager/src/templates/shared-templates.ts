/** A template definition. */
export function define(name: string, body: string): string {
  return `{{ define "${name}" }}${body}{{ end }}`;
}

/** Labels, annotations and source of every alert in the dot; `bullet` stands before each pair, `gap` between parts. */
function alertList(bullet: string, gap: string): string {
  const pairs = (of: string): string =>
    `{{ range .${of}.SortedPairs }}${bullet}{{ .Name }} = {{ .Value }}\n{{ end }}`;
  const one = `Labels:\n${pairs('Labels')}${gap}Annotations:\n${pairs('Annotations')}${gap}Source: {{ .GeneratorURL }}\n`;
  return `{{ range . }}${gap}${one}{{ end }}${gap}`;
}

/**
 * What the default templates of all receivers build on, under upstream's names and with upstream's texts
 * (https://prometheus.io/docs/alerting/latest/notifications/).
 */
export const SHARED_TEMPLATES = [
  define('__alertmanager', 'Alertmanager'),
  define('__alertmanagerURL', '{{ .ExternalURL }}/#/alerts?receiver={{ urlquery .Receiver }}'),
  define(
    '__subject',
    '[{{ toUpper .Status }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}] ' +
      '{{ join " " .GroupLabels.Values }} ' +
      // Labels that the alerts share beyond those they are grouped by.
      '{{ if lt (len .GroupLabels) (len .CommonLabels) }}(' +
      '{{ join " " (.CommonLabels.Remove .GroupLabels.Names).Values }}){{ end }}',
  ),
  define('__description', ''),
  define('__text_alert_list', alertList(' - ', '')),
  define('__text_alert_list_markdown', alertList('  - ', '\n')),
].join('\n');
