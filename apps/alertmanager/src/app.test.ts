import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseFlags, systemClock } from '@narthex/process';
import { eventually, RecordingLogger } from '@narthex/testkit';
import { AlertmanagerApp } from './app';
import { FLAGS } from './flags';
import { httpSink } from './testing/http-sink';
import { smtpSink } from './testing/smtp-sink';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  closers.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Running {
  readonly app: AlertmanagerApp;
  readonly url: string;
  readonly logger: RecordingLogger;
  readonly configFile: string;
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

async function run(yaml: string, argv: readonly string[] = [], at = folder()): Promise<Running> {
  const configFile = join(at, 'alertmanager.yml');
  writeFileSync(configFile, yaml);
  writeFileSync(join(at, 'index.html'), '<p>pages</p>');
  const given = [
    `--config.file=${configFile}`,
    `--storage.path=${join(at, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ];
  const outcome = parseFlags({ program: 'alertmanager', about: '' }, FLAGS, [...given, ...argv]);
  if (outcome.kind !== 'run') throw new Error('bad flags');
  const logger = new RecordingLogger();
  const app = await AlertmanagerApp.create({
    flags: outcome.values,
    clock: systemClock,
    logger,
    uiFolder: at,
  });
  await app.start();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= app.stop());
  closers.push(stop);
  return { app, url: `http://127.0.0.1:${app.addresses[0]?.port}`, logger, configFile, folder: at, stop };
}

const plain = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(url: string, method = 'GET', body?: unknown, type = 'application/json'): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = body === undefined ? { method } : { method, body: text, headers: { 'content-type': type } };
  const response = await fetch(url, { ...init, redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const json = async <T>(url: string): Promise<T> => JSON.parse((await ask(url)).text) as T;

interface AlertJson {
  readonly labels: Record<string, string>;
  readonly status: { readonly state: string; readonly silencedBy: string[]; readonly inhibitedBy: string[] };
  readonly startsAt: string;
  readonly endsAt: string;
}

describe('notifications', () => {
  test('by webhook, Slack and e-mail: first, more, again, over', async () => {
    const http = await httpSink();
    closers.push(http.close);
    const smtp = await smtpSink();
    closers.push(smtp.close);
    const { url } = await run(`
route: {receiver: all, group_by: [alertname], group_wait: 100ms, group_interval: 300ms, repeat_interval: 1s}
receivers:
- name: all
  webhook_configs: [{url: '${http.url}/hook'}]
  slack_configs: [{api_url: '${http.url}/slack', send_resolved: true, title: '{{ template "slack.default.title" . }}: {{ .NotificationReason }}'}]
  email_configs: [{to: a@x.y, from: am@x.y, smarthost: '127.0.0.1:${smtp.port}', require_tls: false, send_resolved: true}]
`);
    const post = (...alerts: Record<string, unknown>[]): Promise<Answer> =>
      ask(`${url}/api/v2/alerts`, 'POST', alerts);
    const one = { labels: { alertname: 'Down', instance: '1' } };
    const two = { labels: { alertname: 'Down', instance: '2' } };
    const titles = (): string[] =>
      http.requests
        .filter(({ path }) => path === '/slack')
        .map(({ body }) => (JSON.parse(body) as { attachments: [{ title: string }] }).attachments[0].title);
    const told = (title: string): Promise<boolean> => eventually(title, () => titles().includes(title));

    expect((await post(one)).status).toBe(200);
    await told('[FIRING:1] Down (1): first notification');
    await post(two);
    await told('[FIRING:2] Down : new alerts added');
    await told('[FIRING:2] Down : repeat interval elapsed');
    const over = (alert: typeof one): Record<string, unknown> => ({
      ...alert,
      endsAt: new Date().toISOString(),
    });
    await post(over(one));
    await told('[FIRING:1] Down : some alerts resolved');
    await post(over(two));
    await told('[RESOLVED] Down (2): all alerts resolved');

    await eventually('the last mail', () =>
      smtp.mails.some(({ mail }) => mail.subject === '[RESOLVED] Down (2)'),
    );
    expect(smtp.mails.map(({ mail }) => mail.subject)).toEqual(
      expect.arrayContaining(['[FIRING:1] Down (1)', '[FIRING:2] Down']),
    );
    const hooks = http.requests
      .filter(({ path }) => path === '/hook')
      .map(({ body }) => JSON.parse(body) as { status: string });
    expect(hooks.at(0)?.status).toBe('firing');
    await eventually('the last webhook', () =>
      http.requests.some(
        ({ path, body }) => path === '/hook' && body.includes('"status":"resolved","alerts"'),
      ),
    );
    // What is over is told once.
    const count = titles().length;
    await post(over(two));
    await eventually(
      'the group is gone',
      async () => (await json<unknown[]>(`${url}/api/v2/alerts/groups`)).length === 0,
    );
    expect(titles()).toHaveLength(count);
  });

  test('a receiver that fails is tried again, counted and told', async () => {
    const http = await httpSink();
    closers.push(http.close);
    http.answer = { status: 500, text: 'down' };
    const { url, logger } = await run(`
route: {receiver: r, group_wait: 0s}
receivers: [{name: r, webhook_configs: [{url: '${http.url}/'}]}]
`);
    await ask(`${url}/api/v2/alerts`, 'POST', [{ labels: { a: 'b' } }]);
    await eventually('a second attempt', () => http.requests.length >= 2);
    http.answer = { status: 200, text: '' };
    await eventually('success', () => logger.lines.some(({ message }) => message === 'Notify success'));
    const metrics = (await ask(`${url}/metrics`)).text;
    expect(metrics).toMatch(/alertmanager_notification_requests_failed_total\{integration="webhook"\} [1-9]/);
    expect(metrics).toContain('alertmanager_notifications_total{integration="webhook"} 1');
    expect(metrics).toContain(
      'alertmanager_notifications_failed_total{integration="webhook",reason="serverError"} 0',
    );
    expect(metrics).toContain('alertmanager_alerts{state="active"} 1');
  });
});

describe('API', () => {
  const muting = `
route: {receiver: r, group_by: [alertname]}
receivers: [{name: r, labels: {team: x}}, {name: s}]
inhibit_rules: [{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [cluster]}]
`;

  test('alerts can be filtered by labels, receiver and what mutes them', async () => {
    const { url } = await run(muting);
    const api = `${url}/api/v2`;
    await ask(`${api}/alerts`, 'POST', [
      { labels: { alertname: 'crit', severity: 'critical', cluster: 'c' } },
      { labels: { alertname: 'warn', severity: 'warning', cluster: 'c' } },
      { labels: { alertname: 'quiet', empty: '' }, annotations: { a: 'b' }, generatorURL: 'http://g/' },
    ]);
    const matchers = [{ name: 'alertname', value: 'quiet', isRegex: false }];
    const times = {
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const posted = await ask(`${api}/silences`, 'POST', { matchers, ...times, createdBy: 'me', comment: '' });
    const { silenceID } = JSON.parse(posted.text) as { silenceID: string };
    const names = async (query: string): Promise<string> =>
      (await json<AlertJson[]>(`${api}/alerts?${query}`))
        .map(({ labels }) => labels.alertname)
        .sort()
        .join(' ');
    expect(await names('')).toBe('crit quiet warn');
    expect(await names('silenced=false')).toBe('crit warn');
    expect(await names('inhibited=false')).toBe('crit quiet');
    expect(await names('active=false')).toBe('quiet warn');
    expect(await names('active=foo')).toBe('quiet warn');
    expect(await names('filter=severity%21%3D%22%22')).toBe('crit warn');
    expect(await names('filter=alertname%3D~%22w.*%22&filter=cluster%3Dc')).toBe('warn');
    expect(await names('receiver=r')).toBe('crit quiet warn');
    expect(await names('receiver=.')).toBe('crit quiet warn');
    expect(await names('receiver=s')).toBe('');
    expect(await names('receiver_matchers=team%3Dx')).toBe('crit quiet warn');
    expect(await names('receiver_matchers=team%3Dy')).toBe('');
    const groups = await json<{ alerts: AlertJson[]; labels: object; receiver: object }[]>(
      `${api}/alerts/groups`,
    );
    expect(
      groups.map(({ labels, receiver, alerts }) => [labels, receiver, alerts.map(({ status }) => status)]),
    ).toEqual([
      [
        { alertname: 'crit' },
        { name: 'r' },
        [{ state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] }],
      ],
      [
        { alertname: 'quiet' },
        { name: 'r' },
        [{ state: 'suppressed', silencedBy: [silenceID], inhibitedBy: [], mutedBy: [] }],
      ],
      [
        { alertname: 'warn' },
        { name: 'r' },
        [{ state: 'suppressed', silencedBy: [], inhibitedBy: [expect.any(String)], mutedBy: [] }],
      ],
    ]);
    expect(await json(`${api}/receivers`)).toEqual([
      { name: 'r', labels: { team: 'x', name: 'r' } },
      { name: 's', labels: { name: 's' } },
    ]);
  });

  test('a silence is made, shown, found and ended', async () => {
    const { url } = await run(plain);
    const api = `${url}/api/v2`;
    const draft = {
      matchers: [{ name: 'a', value: 'b', isRegex: true, isEqual: false }],
      startsAt: '2020-01-01T00:00:00Z',
      endsAt: '2100-01-01T00:00:00Z',
      createdBy: 'me',
      comment: 'c',
      annotations: { k: 'v' },
    };
    const { silenceID } = JSON.parse((await ask(`${api}/silences`, 'POST', draft)).text) as {
      silenceID: string;
    };
    const shown = await json<Record<string, unknown>>(`${api}/silence/${silenceID}`);
    expect(shown).toMatchObject({
      ...draft,
      startsAt: shown.updatedAt,
      endsAt: '2100-01-01T00:00:00.000Z',
      status: { state: 'active' },
    });
    expect(await json(`${api}/silences?filter=a!~b`)).toEqual([shown]);
    expect(await json(`${api}/silences?filter=a!~c`)).toEqual([]);
    expect(await json(`${api}/silences?active=false`)).toEqual([]);
    expect((await ask(`${api}/silence/${silenceID}`, 'DELETE')).status).toBe(200);
    expect((await ask(`${api}/silence/${silenceID}`, 'DELETE')).status).toBe(200);
    expect(await json(`${api}/silence/${silenceID}`)).toMatchObject({ status: { state: 'expired' } });
  });

  const uuid = '6f4c7a3f-6b2c-4b83-9d5b-6d0e4bfbc6de';
  const silence = {
    matchers: [{ name: 'a', value: 'b', isRegex: false }],
    startsAt: '2020-01-01T00:00:00Z',
    endsAt: '2100-01-01T00:00:00Z',
    createdBy: 'me',
    comment: '',
  };
  /** Requests and what the real Alertmanager answers. */
  test.each<[string, string, unknown, number, unknown]>([
    ['POST', 'alerts', [{ labels: {} }], 400, 'at least one label pair required'],
    ['POST', 'alerts', [{ labels: { a: '' } }], 400, 'at least one label pair required'],
    ['POST', 'alerts', [{ labels: { '': 'x' } }], 400, 'invalid label set: invalid name ""'],
    [
      'POST',
      'alerts',
      [{ labels: { a: 'b' }, startsAt: '2030-01-01T00:00:00Z', endsAt: '2029-01-01T00:00:00Z' }],
      400,
      'start time must be before end time',
    ],
    [
      'POST',
      'alerts',
      '{',
      400,
      { code: 400, message: 'parsing alerts body from "" failed, because unexpected EOF' },
    ],
    [
      'POST',
      'alerts',
      '{}',
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because json: cannot unmarshal object into Go value of type models.PostableAlerts',
      },
    ],
    ['POST', 'alerts', [{}], 422, { code: 602, message: '0.labels in body is required' }],
    [
      'POST',
      'alerts',
      [{ labels: { a: 1 } }],
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because json: cannot unmarshal number into Go struct field Alert.labels.a of type string',
      },
    ],
    [
      'POST',
      'alerts',
      [{ labels: { a: 'b' }, startsAt: 'foo' }],
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because parsing time "foo" as "2006-01-02": cannot parse "foo" as "2006"',
      },
    ],
    [
      'POST',
      'alerts',
      [{ labels: { a: 'b' }, generatorURL: 'foo bar' }],
      422,
      { code: 601, message: '0.generatorURL in body must be of type uri: "foo bar"' },
    ],
    ['POST', 'alerts', '', 422, { code: 602, message: 'alerts in body is required' }],
    [
      'PUT',
      'alerts',
      undefined,
      405,
      { code: 405, message: 'method PUT is not allowed, but [GET,POST] are' },
    ],
    ['GET', 'foo', undefined, 404, { code: 404, message: 'path /api/v2/foo was not found' }],
    ['GET', 'alerts?filter=foo', undefined, 400, 'bad matcher format: foo'],
    [
      'GET',
      'alerts?filter=a%3D~%22(%22',
      undefined,
      400,
      'error parsing regexp: missing closing ): `^(?:()$`',
    ],
    ['GET', 'alerts?filter=%7Ba%3Db%7D', undefined, 400, 'unexpected open or close brace: {a=b}'],
    [
      'GET',
      'alerts/groups?receiver=(',
      undefined,
      400,
      'failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`',
    ],
    ['GET', 'silences?filter=a', undefined, 400, 'bad matcher format: a'],
    [
      'GET',
      'silence/foo',
      undefined,
      422,
      { code: 601, message: 'silenceID in path must be of type uuid: "foo"' },
    ],
    ['GET', `silence/${uuid}`, undefined, 404, undefined],
    ['DELETE', `silence/${uuid}`, undefined, 404, undefined],
    ['POST', 'silences', {}, 422, { code: 602, message: 'comment in body is required' }],
    ['POST', 'silences', '', 422, { code: 602, message: 'silence in body is required' }],
    [
      'POST',
      'silences',
      { ...silence, matchers: [] },
      422,
      { code: 612, message: 'matchers in body should have at least 1 items' },
    ],
    [
      'POST',
      'silences',
      { ...silence, matchers: [{ name: 'a' }] },
      422,
      { code: 602, message: 'matchers.0.isRegex in body is required' },
    ],
    [
      'POST',
      'silences',
      { ...silence, matchers: [{ name: 'a', value: '', isRegex: false }] },
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      'POST',
      'silences',
      { ...silence, matchers: [{ name: 'a', value: '(', isRegex: true }] },
      400,
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [
      'POST',
      'silences',
      { ...silence, endsAt: '2019-01-01T00:00:00Z' },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'POST',
      'silences',
      { ...silence, startsAt: '2018-01-01T00:00:00Z', endsAt: '2019-01-01T00:00:00Z' },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    ['POST', 'silences', { ...silence, id: uuid }, 404, 'silence not found'],
  ])('%s %s %j', async (method, path, body, status, answer) => {
    const { url } = await run(plain);
    const { text, ...got } = await ask(`${url}/api/v2/${path}`, method, body);
    expect(got.status).toBe(status);
    expect(text === '' ? undefined : JSON.parse(text)).toEqual(answer);
    expect(got.headers.get('cache-control')).toBe('no-store');
  });

  test('takes the alerts that are right even where it complains of the others', async () => {
    const { url } = await run(plain);
    const { status } = await ask(`${url}/api/v2/alerts`, 'POST', [{ labels: {} }, { labels: { a: 'b' } }]);
    expect(status).toBe(400);
    expect(await json<AlertJson[]>(`${url}/api/v2/alerts`)).toHaveLength(1);
    expect((await ask(`${url}/metrics`)).text).toContain('alertmanager_alerts_invalid_total{version="v2"} 1');
  });

  test('what has no end ends by timeout, zero times are none', async () => {
    const { url } = await run(`global: {resolve_timeout: 10m}\n${plain}`);
    const zero = '0001-01-01T00:00:00Z';
    await ask(`${url}/api/v2/alerts`, 'POST', [{ labels: { a: 'b' }, startsAt: zero, endsAt: zero }]);
    const [alert] = await json<AlertJson[]>(`${url}/api/v2/alerts`);
    expect(Date.parse(alert!.endsAt) - Date.parse(alert!.startsAt)).toBe(600_000);
  });

  test('tells other media types and version 1 to go away', async () => {
    const { url } = await run(plain);
    expect(await ask(`${url}/api/v2/alerts`, 'POST', '[]', 'text/plain')).toMatchObject({
      status: 415,
      text: '{"code":415,"message":"unsupported media type \\"text/plain\\", only [application/json] are allowed"}',
    });
    expect(await ask(`${url}/api/v1/alerts`)).toMatchObject({
      status: 410,
      text: expect.stringContaining('"status":"deprecated"'),
    });
  });
});

describe('the program', () => {
  test('answers under its prefix, and serves its pages there', async () => {
    const { url } = await run(plain, ['--web.external-url=http://am.example/am/']);
    expect(await ask(`${url}/`)).toMatchObject({ status: 302 });
    const bare = await ask(`${url}/am`);
    expect([bare.status, bare.headers.get('location')]).toEqual([302, '/am/']);
    expect((await ask(`${url}/am/`)).text).toBe('<p>pages</p>');
    expect(await ask(`${url}/am/-/healthy`)).toMatchObject({ status: 200, text: 'OK' });
    expect(await ask(`${url}/am/-/ready`, 'HEAD')).toMatchObject({ status: 200 });
    expect((await ask(`${url}/am/nothing`)).status).toBe(404);
    expect((await ask(`${url}/am/-/reload`)).status).toBe(405);
  });

  test('reloads, and keeps the old configuration where the new one cannot be used', async () => {
    const { url, configFile } = await run(plain);
    const receivers = async (): Promise<string> =>
      (await json<{ name: string }[]>(`${url}/api/v2/receivers`)).map(({ name }) => name).join(' ');
    await ask(`${url}/api/v2/alerts`, 'POST', [{ labels: { a: 'b' } }]);
    writeFileSync(configFile, 'route: {receiver: s}\nreceivers: [{name: r}, {name: s}]\n');
    expect((await ask(`${url}/-/reload`, 'POST')).status).toBe(200);
    expect(await receivers()).toBe('r s');
    const groups = await json<{ receiver: { name: string } }[]>(`${url}/api/v2/alerts/groups`);
    expect(groups.map(({ receiver }) => receiver.name)).toEqual(['s']);
    writeFileSync(configFile, 'route: {receiver: t}\nreceivers: [{name: r}]\n');
    const refused = await ask(`${url}/-/reload`, 'POST');
    expect(refused.status).toBe(500);
    expect(refused.text).toMatch(/^failed to reload config: line 1: undefined receiver "t" used in route\n$/);
    expect(await receivers()).toBe('r s');
    expect((await ask(`${url}/metrics`)).text).toContain('alertmanager_config_last_reload_successful 0');
    writeFileSync(configFile, `${plain}templates: [missing*.tmpl]\n`);
    expect((await ask(`${url}/-/reload`, 'POST')).status).toBe(200);
    expect((await ask(`${url}/metrics`)).text).toContain('alertmanager_config_last_reload_successful 1');
  });

  test('remembers silences and what it has told', async () => {
    const http = await httpSink();
    closers.push(http.close);
    const yaml = `route: {receiver: r, group_wait: 0s}\nreceivers: [{name: r, webhook_configs: [{url: '${http.url}/'}]}]\n`;
    const first = await run(yaml);
    const endsAt = '2100-01-01T00:00:00Z';
    const matchers = [{ name: 'a', value: 'b', isRegex: false }];
    await ask(`${first.url}/api/v2/silences`, 'POST', {
      matchers,
      startsAt: '2020-01-01T00:00:00Z',
      endsAt,
      createdBy: 'me',
      comment: '',
    });
    const alerts = [{ labels: { c: 'd' } }];
    await ask(`${first.url}/api/v2/alerts`, 'POST', alerts);
    await eventually('a notification', () => http.requests.length === 1);
    await first.stop();
    expect(readFileSync(join(first.folder, 'data/silences')).length).toBeGreaterThan(0);

    const second = await run(yaml, [], first.folder);
    expect(await json<unknown[]>(`${second.url}/api/v2/silences`)).toHaveLength(1);
    await ask(`${second.url}/api/v2/alerts`, 'POST', [...alerts, { labels: { e: 'f' } }]);
    await eventually('a second notification', () => http.requests.length === 2);
    expect(http.requests[1]?.body).toContain('"notification_reason":"new alerts added"');
  });

  test('warns of clustering that is not there', async () => {
    const { logger } = await run(plain, ['--cluster.listen-address=127.0.0.1:9999']);
    expect(logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      expect.stringContaining('CLUSTERING IS NOT SUPPORTED YET'),
    ]);
  });

  test.each([
    ['--enable-feature=foo', "unknown option 'foo' for --enable-feature"],
    ['--enable-feature=classic-mode,utf8-strict-mode', 'cannot have both classic and UTF-8 modes enabled'],
    ['--web.external-url=ftp://x', `"ftp://x": invalid "ftp" scheme, only 'http' and 'https' are supported`],
  ])('refuses %s', async (flag, message) => {
    await expect(run(plain, [flag])).rejects.toThrow(message);
  });

  test('does not start with a configuration it cannot use', async () => {
    await expect(run('route: {}\n')).rejects.toThrow('root route must specify a default receiver');
  });
});
