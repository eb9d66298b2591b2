import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ManualClock, temporaryFolder } from '@narthex/testkit';
import { EMAIL_TEMPLATES } from '../receivers/email/templates';
import { SLACK_TEMPLATES } from '../receivers/slack/templates';
import { type NotificationData } from './notification-data';
import { SHARED_TEMPLATES } from './shared-templates';
import { Templates } from './templates';

const NOW_MS = Date.UTC(2026, 10, 22, 11, 0, 5);
const folder = temporaryFolder('templates');
afterAll(() => folder.remove());

function load(globs: readonly string[] = []): Promise<Templates> {
  const defaults = [SHARED_TEMPLATES, SLACK_TEMPLATES, EMAIL_TEMPLATES];
  return Templates.load({ defaults, globs, externalUrl: 'http://am', clock: new ManualClock(NOW_MS) });
}

const firing = {
  status: 'firing',
  labels: { alertname: 'Down', instance: 'a', job: 'j' },
  annotations: { summary: 'a is <down>', zz: '' },
  startsAt: '2026-11-22T11:00:00.5Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://g/?a=b&c="d"',
  fingerprint: '0123456789abcdef',
} as const;
const resolved = {
  ...firing,
  status: 'resolved',
  labels: { alertname: 'Down', instance: 'b', job: 'j' },
  endsAt: '2026-11-22T11:00:01Z',
} as const;
const data: NotificationData = {
  receiver: 'team\\.x',
  status: 'firing',
  alerts: [firing, resolved],
  notification_reason: 'first notification',
  groupLabels: { alertname: 'Down' },
  commonLabels: { alertname: 'Down', job: 'j' },
  commonAnnotations: { summary: 'a is <down>' },
  externalURL: 'http://am',
};

/** Templates and what the real Alertmanager makes of them with the same data. */
const table: readonly (readonly [string, string])[] = [
  ['{{ template "__subject" . }}', '[FIRING:1] Down (j)'],
  ['{{ template "slack.default.title" . }}', '[FIRING:1] Down (j)'],
  ['{{ template "email.default.subject" . }}', '[FIRING:1] Down (j)'],
  ['{{ template "slack.default.titlelink" . }}', 'http://am/#/alerts?receiver=team%5C.x'],
  [
    '{{ template "slack.default.fallback" . }}',
    '[FIRING:1] Down (j) | http://am/#/alerts?receiver=team%5C.x',
  ],
  ['{{ template "slack.default.username" . }}', 'Alertmanager'],
  ['{{ template "slack.default.color" . }}', 'danger'],
  [
    '{{ template "__text_alert_list" .Alerts.Firing }}',
    'Labels:\n - alertname = Down\n - instance = a\n - job = j\nAnnotations:\n - summary = a is <down>\n - zz = \nSource: http://g/?a=b&c="d"\n',
  ],
  [
    '{{ template "__text_alert_list_markdown" .Alerts.Resolved }}',
    '\nLabels:\n  - alertname = Down\n  - instance = b\n  - job = j\n\nAnnotations:\n  - summary = a is <down>\n  - zz = \n\nSource: http://g/?a=b&c="d"\n\n',
  ],
  ['{{ .Status | toUpper }} {{ .NotificationReason | title }}', 'FIRING First Notification'],
  ['{{ len .Alerts }} {{ len .Alerts.Firing }} {{ len .Alerts.Resolved }}', '2 1 1'],
  ['{{ .CommonLabels }} {{ .GroupLabels.SortedPairs }}', 'alertname=Down, job=j alertname=Down'],
  ['{{ .CommonLabels.Names | join "," }} {{ .CommonLabels.Values | join "," }}', 'alertname,job Down,j'],
  ['{{ (.CommonLabels.Remove (stringSlice "job")).Names }}', '[alertname]'],
  ['{{ (index .Alerts 0).StartsAt }}', '2026-11-22 11:00:00.5 +0000 UTC'],
  ['{{ (index .Alerts 0).EndsAt.IsZero }}', 'true'],
  ['{{ (index .Alerts 0).StartsAt | since }}', '4.5s'],
  ['{{ (index .Alerts 0).StartsAt | tz "Europe/Paris" | date "15:04 MST" }}', '12:00 CET'],
  ['{{ .CommonLabels.missing }}|{{ index .CommonLabels "missing" }}', '|'],
  ['{{ title "HELLO wORLD o\'neil 3rd bar-baz" }}', "Hello World O'neil 3Rd Bar-Baz"],
  ['{{ trimSpace " x " }}{{ toLower "ABC" }}', 'xabc'],
  ['{{ match "^b" "banana" }} {{ reReplaceAll "(a)" "<$1>" "banana" }}', 'true b<a>n<a>n<a>'],
  ['{{ list 1 "a" | toJson }} {{ append (list 1) 2 3 | toJson }}', '[1,"a"] [1,2,3]'],
  ['{{ dict "b" 1 "a" (list) | toJson }} {{ "a<b" | toJson }}', '{"a":[],"b":1} "a\\u003cb"'],
  ['{{ toJson (index .Alerts 0).StartsAt }}', '"2026-11-22T11:00:00.5Z"'],
  ['{{ toJson (index .Alerts 0).Labels }}', '{"alertname":"Down","instance":"a","job":"j"}'],
  ['{{ urlUnescape "a%20b+c" }}', 'a b c'],
  ['{{ base64encode "a?>b" }} {{ base64decode "YT8-Yg==" }}', 'YT8-Yg== a?>b'],
  [
    '{{ humanizeDuration 3723.5 }}|{{ humanizeDuration 0.0123 }}|{{ humanizeDuration "90" }}',
    '1h 2m 3s|12.3ms|1m 30s',
  ],
  [
    '{{ humanizeDuration -100 }}|{{ humanizeDuration 1e-7 }}|{{ humanizeDuration 90061 }}',
    '-1m 40s|100ns|1d 1h 1m 1s',
  ],
  ['{{ humanizeDuration 59.9 }}|{{ humanizeDuration 0 }}', '59.9s|0s'],
];

describe('text', () => {
  test.each(table)('%s', async (template, text) => {
    expect((await load()).expander(data).text(template)).toBe(text);
  });

  test.each([
    ['{{ .Foo }}', "can't evaluate field Foo in type *template.Data"],
    ['{{ match "(" "x" }}', 'error calling match: error parsing regexp: missing closing ): `(`'],
    [
      '{{ reReplaceAll "(" "" "x" }}',
      'error calling reReplaceAll: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`',
    ],
    ['{{ dict "a" }}', 'error calling dict: dict requires an even number of arguments'],
    ['{{ dict 1 2 }}', 'error calling dict: dict keys must be strings'],
    ['{{ tz "X" now }}', 'error calling tz: unknown time zone X'],
    ['{{ urlUnescape "%zz" }}', 'error calling urlUnescape: invalid URL escape "%zz"'],
    [
      '{{ humanizeDuration "x" }}',
      'error calling humanizeDuration: strconv.ParseFloat: parsing "x": invalid syntax',
    ],
    ['{{ template "nowhere" . }}', 'template "nowhere" not defined'],
    ['{{ if }}', 'missing value for if'],
    ['{{ nothing }}', 'function "nothing" not defined'],
  ])('%s fails', async (template, message) => {
    const expander = (await load()).expander(data);
    expect(() => expander.text(template)).toThrow(message);
  });

  test('the subject of what is over, and of a group without labels', async () => {
    const templates = await load();
    const over = { ...data, status: 'resolved', alerts: [resolved] } as const;
    expect(templates.expander(over).text('{{ template "__subject" . }}')).toBe('[RESOLVED] Down (j)');
    const ungrouped = { ...data, groupLabels: {}, commonLabels: {} };
    expect(templates.expander(ungrouped).text('{{ template "__subject" . }}')).toBe('[FIRING:1]  ');
  });
});

describe('html', () => {
  test('values are escaped for their place', async () => {
    const expander = (await load()).expander(data);
    expect(expander.html('<b>{{ .CommonAnnotations.summary }}</b>')).toBe('<b>a is &lt;down&gt;</b>');
    expect(expander.html('{{ "<b>" | safeHtml }}')).toBe('<b>');
  });

  test('the default page tells of every alert', async () => {
    const page = (await load()).expander(data).html('{{ template "email.default.html" . }}');
    expect(page).toContain('<title>[FIRING:1] Down (j)</title>');
    expect(page).toContain('2 alerts for alertname=Down');
    expect(page).toContain('1 firing');
    expect(page).toContain('1 resolved');
    expect(page).toContain('a is &lt;down&gt;');
    expect(page).toContain('href="http://g/?a=b&amp;c=%22d%22"');
    expect(page).toContain('href="http://am/#/alerts?receiver=team%5C.x"');
    expect(page).not.toContain('<down>');
  });
});

describe('files', () => {
  test('add templates and replace those that are there', async () => {
    writeFileSync(
      join(folder.path, 'a.tmpl'),
      '{{ define "slack.default.text" }}own {{ template "mine" . }}{{ end }}',
    );
    writeFileSync(join(folder.path, 'b.tmpl'), '{{ define "mine" }}{{ .Receiver }}{{ end }}');
    const templates = await load([join(folder.path, '*.tmpl')]);
    expect(templates.expander(data).text('{{ template "slack.default.text" . }}')).toBe('own team\\.x');
  });

  test('globs that match nothing are fine, broken ones and broken templates are not', async () => {
    await load([join(folder.path, 'none*.tmpl')]);
    await expect(load([join(folder.path, '[-')])).rejects.toThrow('syntax error in pattern');
    writeFileSync(join(folder.path, 'broken.txt'), '{{ define "x" }}{{ end');
    await expect(load([join(folder.path, '*.txt')])).rejects.toThrow('template: broken.txt:1: ');
  });
});
