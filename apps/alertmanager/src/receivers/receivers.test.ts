import { afterEach, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { systemClock } from '@narthex/process';
import { freePort, silentLogger } from '@narthex/testkit';
import { type SMTPServerOptions } from 'smtp-server';
import { type Alert } from '../alerts/alert';
import { fingerprintOf } from '../alerts/fingerprint';
import { readConfig } from '../config/load';
import { MatcherParser } from '../matchers/matcher-parser';
import { NotificationAbortedError } from '../notify/errors';
import { type NotifyOutcome } from '../notify/integration';
import { type Notification } from '../notify/notification';
import { SHARED_TEMPLATES } from '../templates/shared-templates';
import { Templates } from '../templates/templates';
import { httpSink, type HttpSink } from '../testing/http-sink';
import { smtpSink, type SmtpSink, TEST_CERTIFICATE } from '../testing/smtp-sink';
import { buildReceivers } from './build';
import { EMAIL_TEMPLATES } from './email/templates';
import { SLACK_TEMPLATES } from './slack/templates';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function sink(): Promise<HttpSink> {
  const made = await httpSink();
  opened.push(made.close);
  return made;
}

async function mailbox(options: SMTPServerOptions = {}): Promise<SmtpSink> {
  const made = await smtpSink(options);
  opened.push(made.close);
  return made;
}

function alert(of: Record<string, string>, annotations: Record<string, string> = {}): Alert {
  const labels = Labels.of(of);
  return {
    labels,
    fingerprint: fingerprintOf(labels),
    annotations: new Map(Object.entries(annotations)),
    startsAtMs: Date.UTC(2026, 0, 1),
    endsAtMs: undefined,
    updatedAtMs: 0,
    generatorUrl: '',
    timesOut: false,
  };
}

const alerts = [
  alert({ alertname: 'Down', i: '1' }, { summary: 'ü <down>' }),
  alert({ alertname: 'Down', i: '2' }),
];

/** Sends through the one integration of a receiver. */
async function send(integration: string, signal = new AbortController().signal): Promise<NotifyOutcome> {
  const parser = new MatcherParser({ mode: 'fallback', logger: silentLogger() });
  const yaml = `route: {receiver: r}\nreceivers:\n- name: r\n  ${integration}\n`;
  const { receivers } = readConfig(yaml, { file: 'x', folder: '.' }, parser);
  const defaults = [SHARED_TEMPLATES, SLACK_TEMPLATES, EMAIL_TEMPLATES];
  const templates = await Templates.load({
    defaults,
    globs: [],
    externalUrl: 'http://am',
    clock: systemClock,
  });
  const built = buildReceivers({ receivers, templates, clock: systemClock });
  opened.push(built.close);
  const notification: Notification = {
    groupKey: '{}:{alertname="Down"}',
    groupLabels: Labels.of({ alertname: 'Down' }),
    receiver: 'r',
    routeId: '{}',
    repeatIntervalMs: 1000,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    nowMs: Date.UTC(2026, 0, 2),
    signal,
    reason: 'first notification',
  };
  return built.byName.get('r')![0]!.notifier.notify(notification, alerts);
}

function reasonOf(outcome: NotifyOutcome): readonly [boolean, string, string] | undefined {
  return outcome.kind === 'sent' ? undefined : [outcome.retry, outcome.reason, outcome.error.message];
}

describe('webhook', () => {
  test('posts version 4', async () => {
    const { url, requests } = await sink();
    expect(await send(`webhook_configs: [{url: '${url}/hook', max_alerts: 1}]`)).toEqual({ kind: 'sent' });
    const [request] = requests;
    expect(request?.path).toBe('/hook');
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(request?.headers['user-agent']).toMatch(/^Alertmanager\//);
    expect(request?.body).toContain('\\u003cdown\\u003e');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      receiver: 'r',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Down', i: '1' },
          annotations: { summary: 'ü <down>' },
          startsAt: '2026-01-01T00:00:00Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: '',
          fingerprint: alerts[0]?.fingerprint,
        },
      ],
      notification_reason: 'first notification',
      groupLabels: { alertname: 'Down' },
      commonLabels: { alertname: 'Down', i: '1' },
      commonAnnotations: { summary: 'ü <down>' },
      externalURL: 'http://am',
      version: '4',
      groupKey: '{}:{alertname="Down"}',
      truncatedAlerts: 1,
    });
  });

  test('its address may be a template', async () => {
    const { url, requests } = await sink();
    await send(`webhook_configs: [{url: '${url}/{{ .GroupLabels.alertname }}'}]`);
    expect(requests.map(({ path }) => path)).toEqual(['/Down']);
  });

  test('authorizes itself', async () => {
    const { url, requests } = await sink();
    await send(`webhook_configs: [{url: '${url}/', http_config: {authorization: {credentials: tok}}}]`);
    expect(requests[0]?.headers.authorization).toBe('Bearer tok');
  });

  test.each([
    [500, 'oops', true, 'serverError', 'unexpected status code 500: oops'],
    [503, '', true, 'serverError', 'unexpected status code 503'],
    [400, 'bad', false, 'clientError', 'unexpected status code 400: bad'],
    [401, '', false, 'authError', 'unexpected status code 401'],
    [403, '', false, 'authError', 'unexpected status code 403'],
    [429, '', false, 'rateLimited', 'unexpected status code 429'],
    [304, '', false, 'other', 'unexpected status code 304'],
  ])('an answer of %d', async (status, text, retry, reason, message) => {
    const made = await sink();
    made.answer = { status, text };
    expect(reasonOf(await send(`webhook_configs: [{url: '${made.url}/'}]`))).toEqual([
      retry,
      reason,
      message,
    ]);
  });

  test('nobody there: it may be tried again, and the address is not told', async () => {
    const port = await freePort();
    const failure = reasonOf(await send(`webhook_configs: [{url: 'http://127.0.0.1:${port}/secret'}]`));
    const message = `Post "<redacted>": dial tcp 127.0.0.1:${port}: connect: connection refused`;
    expect(failure).toEqual([true, 'other', message]);
  });

  test('no answer in time', async () => {
    const abort = new AbortController();
    abort.abort(new NotificationAbortedError('contextDeadlineExceeded'));
    const { url } = await sink();
    const failure = reasonOf(await send(`webhook_configs: [{url: '${url}/'}]`, abort.signal));
    expect(failure?.slice(0, 2)).toEqual([true, 'contextDeadlineExceeded']);
  });

  test('an address that a template spoils', async () => {
    const failure = reasonOf(await send(`webhook_configs: [{url: 'ftp{{ "" }}://x'}]`));
    expect(failure).toEqual([false, 'other', 'unsupported scheme "ftp" for URL']);
  });
});

describe('slack', () => {
  const config = (url: string, more = ''): string =>
    `slack_configs: [{api_url: '${url}/services/x', channel: '#c'${more}}]`;

  test('sends the default message', async () => {
    const { url, requests } = await sink();
    expect(await send(config(url))).toEqual({ kind: 'sent' });
    expect(requests[0]?.path).toBe('/services/x');
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      channel: '#c',
      username: 'Alertmanager',
      attachments: [
        {
          title: '[FIRING:2] Down ',
          title_link: 'http://am/#/alerts?receiver=r',
          text: '',
          fallback: '[FIRING:2] Down  | http://am/#/alerts?receiver=r',
          callback_id: '',
          footer: '',
          color: 'danger',
          mrkdwn_in: ['fallback', 'pretext', 'text'],
        },
      ],
    });
  });

  test('fills in fields and actions', async () => {
    const { url, requests } = await sink();
    const fields = `fields: [{title: '{{ .Status }}', value: v}, {title: t, value: '{{ "" }}', short: true}], short_fields: false`;
    const actions = `actions: [{type: button, text: go, url: 'http://x/{{ .Status }}', name: n}, {type: button, text: t, name: n, value: v, confirm: {text: sure}}]`;
    await send(
      config(url, `, ${fields}, ${actions}, title: '{{ range .Alerts }}{{ printf "%0600d" 1 }}{{ end }}'`),
    );
    const [attachment] = (JSON.parse(requests[0]?.body ?? '') as { attachments: Record<string, unknown>[] })
      .attachments;
    expect(attachment).toMatchObject({
      fields: [
        { title: 'firing', value: 'v', short: false },
        { title: 't', short: true },
      ],
      actions: [
        { type: 'button', text: 'go', url: 'http://x/firing' },
        { type: 'button', text: 't', name: 'n', value: 'v', confirm: { text: 'sure' } },
      ],
    });
    expect(attachment?.title).toHaveLength(1024);
  });

  test('with a token it speaks to the API', async () => {
    const made = await sink();
    made.answer = { status: 200, text: '{"ok":true,"ts":"1"}', type: 'application/json; charset=utf-8' };
    const outcome = await send(
      `slack_configs: [{app_token: xoxb, app_url: '${made.url}/api/chat.postMessage', channel: c}]`,
    );
    expect(outcome).toEqual({ kind: 'sent' });
    expect(made.requests[0]?.headers.authorization).toBe('Bearer xoxb');
    expect(made.requests[0]?.path).toBe('/api/chat.postMessage');
  });

  test.each([
    [
      200,
      'no_text',
      'text/plain',
      false,
      'clientError',
      'channel "#c": received an error response from Slack: no_text',
    ],
    [
      200,
      '{"ok":false,"error":"x"}',
      'application/json',
      false,
      'clientError',
      'channel "#c": error response from Slack: x',
    ],
    [
      404,
      'channel_not_found',
      'text/plain',
      false,
      'clientError',
      'channel "#c": unexpected status code 404: channel_not_found',
    ],
    [500, '', 'text/plain', true, 'serverError', 'channel "#c": unexpected status code 500'],
    [429, '', 'text/plain', false, 'rateLimited', 'channel "#c": unexpected status code 429'],
  ])('an answer of %d %s', async (status, text, type, retry, reason, message) => {
    const made = await sink();
    made.answer = { status, text, type };
    expect(reasonOf(await send(config(made.url)))).toEqual([retry, reason, message]);
  });

  test('a template that fails is not tried again', async () => {
    const { url, requests } = await sink();
    const failure = reasonOf(await send(config(url, `, text: '{{ .Nothing }}'`)));
    expect(failure?.slice(0, 2)).toEqual([false, 'other']);
    expect(requests).toEqual([]);
  });
});

describe('email', () => {
  const config = (port: number, more: string): string =>
    `email_configs: [{to: 'a@x.y, "B, C" <b@x.y>', from: 'Al Ert <am@x.y>', smarthost: '127.0.0.1:${port}', ${more}}]`;
  const trusting = `tls_config: {ca_file: ${TEST_CERTIFICATE}}`;

  test('sends text and HTML side by side', async () => {
    const { port, mails } = await mailbox({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const headers = `headers: {subject: 'Sübject {{ .Status }}', x-foo: bär, reply-to: r@x.y}`;
    const outcome = await send(
      config(port, `require_tls: false, hello: me.x, text: '{{ .Status }}', ${headers}`),
    );
    expect(outcome).toEqual({ kind: 'sent' });
    const [{ mail, raw, ...envelope }] = mails as [(typeof mails)[number]];
    expect(envelope).toEqual({
      from: 'am@x.y',
      to: ['a@x.y', 'b@x.y'],
      secure: false,
      user: undefined,
      hello: 'me.x',
    });
    expect(mail.subject).toBe('Sübject firing');
    expect(mail.from?.text).toBe('"Al Ert" <am@x.y>');
    expect(mail.replyTo?.text).toBe('r@x.y');
    expect(mail.headers.get('x-foo')).toBe('=?UTF-8?Q?b=C3=A4r?=');
    expect(mail.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
    expect(mail.messageId).toMatch(/^<.+@.+>$/);
    expect(mail.text).toBe('firing');
    expect(mail.html).toContain('ü &lt;down&gt;');
    expect(raw.match(/^Content-Transfer-Encoding: quoted-printable/gim)).toHaveLength(2);
  });

  test.each<[string, SMTPServerOptions, string, string[], boolean]>([
    [
      'STARTTLS and a password',
      { authMethods: ['PLAIN'] },
      `auth_username: am, auth_password: pass, ${trusting}`,
      ['PLAIN'],
      true,
    ],
    [
      'LOGIN',
      { authMethods: ['LOGIN'] },
      `auth_username: am, auth_password: pass, ${trusting}`,
      ['LOGIN'],
      true,
    ],
    [
      'an identity',
      { authMethods: ['PLAIN'] },
      `auth_username: am, auth_password: pass, auth_identity: am, ${trusting}`,
      ['PLAIN'],
      true,
    ],
    [
      'CRAM-MD5',
      { authMethods: ['CRAM-MD5', 'PLAIN'] },
      `auth_username: am, auth_secret: secret, ${trusting}`,
      ['CRAM-MD5'],
      true,
    ],
    ['TLS from the start', { secure: true }, `force_implicit_tls: true, ${trusting}`, [], true],
    ['no TLS where it is not asked for', {}, 'require_tls: false', [], false],
  ])('%s', async (_name, options, more, mechanisms, secure) => {
    const { port, mails, logins } = await mailbox(options);
    expect(reasonOf(await send(config(port, more)))).toBeUndefined();
    expect(logins).toEqual(mechanisms);
    expect(mails.map((mail) => mail.secure)).toEqual([secure]);
  });

  test.each<[string, SMTPServerOptions, string, RegExp]>([
    [
      'no STARTTLS where it is required',
      { disabledCommands: ['STARTTLS'] },
      'text: x',
      /^'require_tls' is true \(default\) but "127\.0\.0\.1:\d+" does not advertise the STARTTLS extension$/,
    ],
    ['a certificate nobody knows', {}, 'text: x', /certificate/],
    ['a wrong password', {}, `auth_username: am, auth_password: wrong, ${trusting}`, /Invalid login/],
    [
      'no password',
      { authMethods: ['PLAIN'] },
      `auth_username: am, ${trusting}`,
      /^missing password for PLAIN auth mechanism$/,
    ],
    [
      'a refused sender',
      { onMailFrom: (_address, _session, done) => done(new Error('not you')) },
      trusting,
      /not you/,
    ],
    [
      'a refused recipient',
      { onRcptTo: (_address, _session, done) => done(new Error('not him')) },
      trusting,
      /not him/,
    ],
  ])('%s may pass', async (_name, options, more, message) => {
    const { port, mails } = await mailbox(options);
    const failure = reasonOf(await send(config(port, more)));
    expect(failure?.[0]).toBe(true);
    expect(failure?.[2]).toMatch(message);
    expect(mails).toEqual([]);
  });

  test('nobody there', async () => {
    const port = await freePort();
    const failure = reasonOf(await send(config(port, 'text: x')));
    const message = `establish connection to server: dial tcp 127.0.0.1:${port}: connect: connection refused`;
    expect(failure).toEqual([true, 'other', message]);
  });

  test('a template that fails is not tried again', async () => {
    expect(reasonOf(await send(config(1, `html: '{{ .Nothing }}'`)))?.slice(0, 2)).toEqual([false, 'other']);
  });

  test('a value cannot begin a header of its own', async () => {
    const { port, mails } = await mailbox();
    await send(config(port, `require_tls: false, headers: {Subject: "a\\r\\nX-Evil: b"}`));
    expect(mails[0]?.mail.headers.has('x-evil')).toBe(false);
  });
});
