import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@narthex/testkit';
import { httpSink } from './testing/http-sink';
import { type Answer, ask, closeAll, closeLater, json, plain, run } from './testing/running-app';
import { smtpSink } from './testing/smtp-sink';

afterEach(closeAll);

describe('notifications', () => {
  test('by webhook, Slack and e-mail: first, more, again, over', async () => {
    const http = await httpSink();
    closeLater(http.close);
    const smtp = await smtpSink();
    closeLater(smtp.close);
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
    closeLater(http.close);
    http.answer = { status: 500, text: 'down' };
    const { url, logged } = await run(`
route: {receiver: r, group_wait: 0s}
receivers: [{name: r, webhook_configs: [{url: '${http.url}/'}]}]
`);
    await ask(`${url}/api/v2/alerts`, 'POST', [{ labels: { a: 'b' } }]);
    await eventually('a second attempt', () => http.requests.length >= 2);
    http.answer = { status: 200, text: '' };
    await eventually('success', () => logged.some(({ msg }) => msg === 'Notify success'));
    const metrics = (await ask(`${url}/metrics`)).text;
    expect(metrics).toMatch(/alertmanager_notification_requests_failed_total\{integration="webhook"\} [1-9]/);
    expect(metrics).toContain('alertmanager_notifications_total{integration="webhook"} 1');
    expect(metrics).toContain(
      'alertmanager_notifications_failed_total{integration="webhook",reason="serverError"} 0',
    );
    expect(metrics).toContain('alertmanager_alerts{state="active"} 1');
  });
});

describe('the program', () => {
  test('answers under its prefix, and serves its pages there', async () => {
    const { url } = await run(plain, ['--web.external-url=http://am.example/am/']);
    expect(await ask(`${url}/`)).toMatchObject({ status: 302 });
    const bare = await ask(`${url}/am`);
    expect([bare.status, bare.headers.get('location')]).toEqual([301, '/am/']);
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
    expect(refused.text).toMatch(/^failed to reload config: undefined receiver "t" used in route\n$/);
    expect(await receivers()).toBe('r s');
    expect((await ask(`${url}/metrics`)).text).toContain('alertmanager_config_last_reload_successful 0');
    writeFileSync(configFile, `${plain}templates: [missing*.tmpl]\n`);
    expect((await ask(`${url}/-/reload`, 'POST')).status).toBe(200);
    expect((await ask(`${url}/metrics`)).text).toContain('alertmanager_config_last_reload_successful 1');
  });

  test('remembers silences and what it has told', async () => {
    const http = await httpSink();
    closeLater(http.close);
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
    // Told, and the answer has come: before that nothing is remembered.
    await eventually('a notification', async () =>
      (await ask(`${first.url}/metrics`)).text.includes(
        'alertmanager_notification_latency_seconds_count{integration="webhook"} 1',
      ),
    );
    expect(http.requests).toHaveLength(1);
    await first.stop();
    expect(readFileSync(join(first.folder, 'data/silences')).length).toBeGreaterThan(0);

    const second = await run(yaml, [], first.folder);
    expect(await json<unknown[]>(`${second.url}/api/v2/silences`)).toHaveLength(1);
    await ask(`${second.url}/api/v2/alerts`, 'POST', [...alerts, { labels: { e: 'f' } }]);
    await eventually('a second notification', () => http.requests.length === 2);
    expect(http.requests[1]?.body).toContain('"notification_reason":"new alerts added"');
  });

  test('warns of clustering that is not there', async () => {
    const { logged } = await run(plain, ['--cluster.listen-address=127.0.0.1:9999']);
    expect(logged.filter(({ level }) => level === 'WARN').map(({ msg }) => msg)).toEqual([
      expect.stringContaining('CLUSTERING IS NOT SUPPORTED YET'),
    ]);
  });

  test.each([
    ['--web.config.file=absent.yml', 'open absent.yml: no such file or directory'],
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
