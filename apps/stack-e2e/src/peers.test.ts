import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, freePort, temporaryFolder } from '@narthex/testkit';
import { Program, startApp } from './program.js';
import { httpSink, type Posted, type Sink, smtpSink } from './sinks.js';
import { Stack } from './stack.js';

/** The folder of the original Go programs. Without it these tests stay out, by name. */
const peers = process.env.NARTHEX_PEERS ?? '';
const describeWithPeers = peers === '' ? describe.skip : describe;
const execute = promisify(execFile);

async function peer(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(join(peers, name), args);
  return stdout;
}

/**
 * Debian's Alertmanager reads its default templates from /usr/share, where an unpacked one has none: they are put there
 * for it alone, in a mount namespace of its own.
 */
function realAlertmanager(args: readonly string[]): Program {
  const binary = join(peers, 'prometheus-alertmanager');
  const share = join(peers, '../share');
  if (!existsSync(join(share, 'prometheus/alertmanager/default.tmpl')))
    return new Program('alertmanager', binary, args);
  const script = 'mount --bind "$1" /usr/share && shift && exec "$@"';
  return new Program('alertmanager', 'unshare', [
    '--mount',
    'sh',
    '-c',
    script,
    'sh',
    share,
    binary,
    ...args,
  ]);
}

describeWithPeers('the original programs against ours', () => {
  let stack: Stack;
  let mails: Sink<unknown>;
  let slack: Sink<Posted>;
  const folder = temporaryFolder('peers');
  const programs: Program[] = [];

  beforeAll(async () => {
    mails = await smtpSink();
    slack = await httpSink();
    stack = await Stack.start({ smtpPort: mails.port, slackPort: slack.port });
    await stack.push('batch_failed 3\nbatch_duration_seconds 42.5\n');
  });

  afterAll(async () => {
    for (const program of programs) await program.end();
    await stack.stop();
    await mails.close();
    await slack.close();
    folder.remove();
  });

  test('promtool queries our server, at a moment and over a range', async () => {
    await eventually('four targets up', async () => (await stack.query('count(up == 1)'))[0] === '4');
    await eventually(
      'the pushed value',
      async () => (await stack.query('batch_duration_seconds')).length === 1,
    );
    const instant = await peer(
      'promtool',
      'query',
      'instant',
      stack.url('server'),
      'batch_duration_seconds * 2',
    );
    expect(instant).toMatch(/^\{job="batch"\} => 85 @\[[\d.]+\]\n$/);
    const end = Math.floor(Date.now() / 1000);
    const range = await peer(
      'promtool',
      'query',
      'range',
      `--start=${end - 5}`,
      `--end=${end}`,
      '--step=1s',
      stack.url('server'),
      'vector(time())',
    );
    expect(range.trim().split('\n')).toEqual([
      '{} =>',
      ...Array.from({ length: 6 }, (_, i) => `${end - 5 + i} @[${end - 5 + i}]`),
    ]);
    const labels = await peer('promtool', 'query', 'labels', stack.url('server'), 'job');
    expect(labels.trim().split('\n')).toEqual(
      expect.arrayContaining(['alertmanager', 'node', 'prometheus', 'pushgateway']),
    );
    const series = await peer('promtool', 'query', 'series', '--match=up{job="node"}', stack.url('server'));
    expect(series).toContain('__name__="up"');
  });

  test('amtool asks our Alertmanager for alerts and silences one', async () => {
    const url = `--alertmanager.url=${stack.url('alertmanager')}`;
    await eventually('the alert', async () =>
      (await peer('amtool', url, 'alert', 'query')).includes('BatchFailed'),
    );
    const id = (
      await peer(
        'amtool',
        url,
        'silence',
        'add',
        '--author=me',
        '--comment=quiet',
        '--duration=1h',
        'alertname=BatchFailed',
      )
    ).trim();
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect(await peer('amtool', url, 'alert', 'query', '--silenced')).toContain('BatchFailed');
    expect(await peer('amtool', url, 'silence', 'query', '-q')).toBe(`${id}\n`);
    await peer('amtool', url, 'silence', 'expire', id);
    expect(await peer('amtool', url, 'silence', 'query', '-q')).toBe('');
  });

  test('a real Prometheus scrapes our exporters without complaint', async () => {
    const port = await freePort();
    const { nodeExporter, pushgateway, alertmanager, server } = stack.ports;
    const targets = [nodeExporter, pushgateway, alertmanager, server].map((each) => `'127.0.0.1:${each}'`);
    const config = join(folder.path, 'real.yml');
    writeFileSync(
      config,
      `global: { scrape_interval: 1s }
scrape_configs:
  - { job_name: ours, static_configs: [{ targets: [${targets.join(', ')}] }] }
`,
    );
    const real = new Program('prometheus', join(peers, 'prometheus'), [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, 'real')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    programs.push(real);
    await real.answersAt(`http://127.0.0.1:${port}/-/ready`);
    const found = await eventually('all scraped', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/targets`);
      const { data } = (await answer.json()) as {
        data: { activeTargets: { health: string; lastError: string }[] };
      };
      return (
        data.activeTargets.length === 4 &&
        data.activeTargets.every(({ health }) => health !== 'unknown') &&
        data.activeTargets
      );
    });
    expect(found.map(({ health, lastError }) => [health, lastError])).toEqual(Array(4).fill(['up', '']));
  });

  test('our server scrapes the real node exporter, and its alerts reach the real Alertmanager', async () => {
    const [node, am, port] = await Promise.all([freePort(), freePort(), freePort()]);
    const exporter = new Program('node_exporter', join(peers, 'prometheus-node-exporter'), [
      `--web.listen-address=127.0.0.1:${node}`,
    ]);
    const amConfig = join(folder.path, 'am.yml');
    writeFileSync(amConfig, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
    const alertmanager = realAlertmanager([
      `--config.file=${amConfig}`,
      `--storage.path=${join(folder.path, 'am')}`,
      `--web.listen-address=127.0.0.1:${am}`,
      '--cluster.listen-address=',
    ]);
    programs.push(exporter, alertmanager);
    const rules = join(folder.path, 'rules.yml');
    writeFileSync(
      rules,
      `groups:
  - name: g
    rules:
      - { alert: Loaded, expr: 'node_load1 >= 0', annotations: { summary: '{{ $labels.instance }}' } }
`,
    );
    const config = join(folder.path, 'ours.yml');
    writeFileSync(
      config,
      `global: { scrape_interval: 1s, evaluation_interval: 1s, external_labels: { dc: eu } }
rule_files: ['${rules}']
alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:${am}'] }] }] }
scrape_configs: [{ job_name: node, static_configs: [{ targets: ['127.0.0.1:${node}'] }] }]
`,
    );
    const server = startApp('server', [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, 'ours')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    programs.push(server);
    await alertmanager.answersAt(`http://127.0.0.1:${am}/-/ready`);
    await server.answersAt(`http://127.0.0.1:${port}/-/ready`);
    const alerts = await eventually('the alert there', async () => {
      const answer = await fetch(`http://127.0.0.1:${am}/api/v2/alerts`);
      const found = (await answer.json()) as { labels: object; annotations: object }[];
      return found.length > 0 && found;
    });
    expect(alerts[0]).toMatchObject({
      labels: { alertname: 'Loaded', dc: 'eu', instance: `127.0.0.1:${node}`, job: 'node' },
      annotations: { summary: `127.0.0.1:${node}` },
    });
  });
});
