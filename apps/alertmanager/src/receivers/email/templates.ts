import { define } from '../../templates/shared-templates';

const FONT = "font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** Label or annotation names and values, one a line. */
function pairs(of: string): string {
  return `{{ range .${of}.SortedPairs }}<tr>
<td style="padding: 2px 12px 2px 0; color: #6b7280; white-space: nowrap; vertical-align: top;">{{ .Name }}</td>
<td style="padding: 2px 0; color: #111827; word-break: break-word;">{{ .Value }}</td>
</tr>{{ end }}`;
}

/** The alerts of one state under a heading; nothing where there are none. */
function alerts(state: 'Firing' | 'Resolved', color: string): string {
  return `{{ if .Alerts.${state} }}
<h2 style="margin: 24px 0 8px; font-size: 16px; color: ${color};">{{ len .Alerts.${state} }} ${state.toLowerCase()}</h2>
{{ range .Alerts.${state} }}
<div style="margin: 0 0 12px; padding: 12px 16px; border: 1px solid #e5e7eb; border-left: 4px solid ${color}; border-radius: 4px;">
<table role="presentation" cellpadding="0" cellspacing="0" style="font-size: 14px; border-collapse: collapse;">
${pairs('Labels')}
</table>
{{ if .Annotations }}<table role="presentation" cellpadding="0" cellspacing="0" style="margin-top: 8px; padding-top: 8px; font-size: 14px;">
${pairs('Annotations')}
</table>{{ end }}
<p style="margin: 8px 0 0; font-size: 13px; color: #6b7280;">since {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}
{{ if .GeneratorURL }}&middot; <a href="{{ .GeneratorURL }}" style="color: #2563eb;">Source</a>{{ end }}</p>
</div>
{{ end }}{{ end }}`;
}

const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ template "__subject" . }}</title>
</head>
<body style="margin: 0; padding: 24px 8px; background-color: #f3f4f6; ${FONT}; font-size: 14px; line-height: 1.5;">
<div style="max-width: 640px; margin: 0 auto; background-color: #ffffff; border: 1px solid #e5e7eb; border-radius: 6px;">
<div style="padding: 16px 24px; border-radius: 6px 6px 0 0; color: #ffffff; background-color: {{ if eq .Status "firing" }}#b91c1c{{ else }}#15803d{{ end }};">
<h1 style="margin: 0; font-size: 18px; font-weight: 600;">{{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }}{{ if .GroupLabels }} for{{ range .GroupLabels.SortedPairs }} {{ .Name }}={{ .Value }}{{ end }}{{ end }}</h1>
</div>
<div style="padding: 16px 24px 24px;">
<p style="margin: 0;"><a href="{{ template "__alertmanagerURL" . }}" style="display: inline-block; padding: 8px 16px; border-radius: 4px; color: #ffffff; background-color: #2563eb; text-decoration: none;">View in {{ template "__alertmanager" . }}</a></p>
${alerts('Firing', '#b91c1c')}
${alerts('Resolved', '#15803d')}
</div>
</div>
<p style="margin: 16px 0 0; text-align: center; font-size: 12px;"><a href="{{ .ExternalURL }}" style="color: #6b7280;">Sent by {{ template "__alertmanager" . }}</a></p>
</body>
</html>
`;

/** Subject and page of e-mails, under upstream's names; the page is our own. */
export const EMAIL_TEMPLATES = [
  define('email.default.subject', '{{ template "__subject" . }}'),
  define('email.default.html', PAGE),
].join('\n');
