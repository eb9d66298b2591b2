import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@narthex/testkit';
import { type ParsedMail } from 'mailparser';
import { httpSink, type Posted, type Sink, smtpSink } from './sinks.js';
import { Stack } from './stack.js';

let stack: Stack;
let mails: Sink<ParsedMail>;
let slack: Sink<Posted>;

beforeAll(async () => {
  mails = await smtpSink();
  slack = await httpSink();
  stack = await Stack.start({ smtpPort: mails.port, slackPort: slack.port });
});

afterAll(async () => {
  const codes = await stack.stop();
  await mails.close();
  await slack.close();
  expect(codes).toEqual({ server: 0, alertmanager: 0, pushgateway: 0, 'node-exporter': 0 });
});

interface AlertingRule {
  readonly name: string;
  readonly state: string;
  readonly alerts: { readonly value: string; readonly annotations: Record<string, string> }[];
}

async function alertRule(): Promise<AlertingRule> {
  const { groups } = await stack.api<{ groups: { rules: AlertingRule[] }[] }>('rules?type=alert');
  return groups.flatMap(({ rules }) => rules).find(({ name }) => name === 'BatchFailed')!;
}

describe('the stack', () => {
  test('scrapes every component', async () => {
    await eventually('four targets up', async () => (await stack.query('count(up == 1)'))[0] === '4');
    const { activeTargets } = await stack.api<{ activeTargets: { health: string; lastError: string }[] }>(
      'targets',
    );
    expect(activeTargets.map(({ health, lastError }) => [health, lastError])).toEqual(
      Array(4).fill(['up', '']),
    );
  });

  test('answers with the value that a job pushed, and with what rules made of it', async () => {
    await stack.push('batch_duration_seconds 42.5\nbatch_failed 0\n');
    await eventually(
      'the pushed value',
      async () => (await stack.query('batch_duration_seconds{job="batch"}'))[0] === '42.5',
    );
    await eventually(
      'the recorded value',
      async () => (await stack.query('job:batch_duration_seconds:max'))[0] === '42.5',
    );
  });

  test('computes over the node exporter', async () => {
    await eventually(
      'a rate',
      async () => Number((await stack.query('sum(rate(node_cpu_seconds_total[10s]))'))[0]) > 0,
    );
    const memory = await stack.query('node_memory_MemTotal_bytes > node_memory_MemFree_bytes');
    expect(memory).toHaveLength(1);
  });

  test('raises an alert: inactive, pending, firing, one mail and one message, resolved, and one more of each', async () => {
    expect((await alertRule()).state).toBe('inactive');
    const states: string[] = [];
    await stack.push('batch_duration_seconds 42.5\nbatch_failed 3\n');
    await eventually('the alert fires', async () => {
      const { state } = await alertRule();
      if (states.at(-1) !== state) states.push(state);
      return state === 'firing';
    });
    expect(states.filter((state) => state !== 'inactive')).toEqual(['pending', 'firing']);
    const [alert] = (await alertRule()).alerts;
    expect(alert).toMatchObject({ value: '3e+00', annotations: { summary: 'The job batch failed 3 times' } });

    await eventually('a mail', () => mails.received.length > 0);
    await eventually('a message', () => slack.received.length > 0);
    const amAlerts = (await (await fetch(`${stack.url('alertmanager')}/api/v2/alerts`)).json()) as {
      labels: object;
    }[];
    expect(amAlerts.map(({ labels }) => labels)).toEqual(
      [{ alertname: 'BatchFailed', instance: '', job: 'batch', severity: 'page' }].map(
        ({ instance: _none, ...labels }) => labels,
      ),
    );

    await stack.push('batch_duration_seconds 42.5\nbatch_failed 0\n');
    await eventually('the mail that it is over', () => mails.received.length > 1);
    await eventually('the message that it is over', () => slack.received.length > 1);
    expect((await alertRule()).state).toBe('inactive');

    expect(mails.received.map(({ subject }) => subject)).toEqual([
      '[FIRING:1] BatchFailed (batch page)',
      '[RESOLVED] BatchFailed (batch page)',
    ]);
    expect(mails.received[0]!.html).toContain('The job batch failed 3 times');
    const attachments = slack.received.map(
      ({ body }) => (body.attachments as { title: string; color: string }[])[0]!,
    );
    expect(slack.received.map(({ path, body }) => [path, body.channel])).toEqual(
      Array(2).fill(['/services/T/B/X', '#alerts']),
    );
    expect(attachments.map(({ title, color }) => [title, color])).toEqual([
      ['[FIRING:1] BatchFailed (batch page)', 'danger'],
      ['[RESOLVED] BatchFailed (batch page)', 'good'],
    ]);
  });

  test('keeps what it had after kill -9', async () => {
    const before = Date.now() / 1000;
    await eventually(
      'a sample in the log',
      async () => (await stack.query('batch_duration_seconds'))[0] === '42.5',
    );
    const count = 'count_over_time(batch_duration_seconds[1m])';
    const [counted] = await stack.query(count, before);
    await stack.server.end('SIGKILL');
    await stack.startServer();
    expect(stack.server.output).not.toContain('level=ERROR');
    expect(await stack.query(count, before)).toEqual([counted]);
    await eventually('scraping goes on', async () => {
      const [samples] = await stack.query('count_over_time(up{job="node"}[10s])');
      return Number(samples) > 1;
    });
  });

  test('keeps silences when it is told to stop twice, as Ctrl-C in a terminal does', async () => {
    const silences = `${stack.url('alertmanager')}/api/v2/silences`;
    const silence = {
      matchers: [{ name: 'alertname', value: 'Nothing', isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'me',
      comment: 'kept',
    };
    const made = await fetch(silences, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(silence),
    });
    expect(made.status).toBe(200);
    stack.alertmanager.signal('SIGINT');
    expect(await stack.alertmanager.end('SIGTERM')).toBe(0);
    await stack.startAlertmanager();
    const kept = (await (await fetch(silences)).json()) as { comment: string }[];
    expect(kept.map(({ comment }) => comment)).toEqual(['kept']);
  });
});
