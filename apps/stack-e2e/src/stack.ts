import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, temporaryFolder } from '@narthex/testkit';
import { type Program, startApp } from './program.js';

export interface StackPorts {
  readonly server: number;
  readonly alertmanager: number;
  readonly pushgateway: number;
  readonly nodeExporter: number;
}

export interface Destinations {
  readonly smtpPort: number;
  readonly slackPort: number;
}

/** The four programs, started together in one folder. */
export class Stack {
  readonly ports: StackPorts;
  readonly folder: string;
  readonly #removeFolder: () => void;
  readonly #programs = new Map<string, Program>();

  private constructor(ports: StackPorts, folder: { path: string; remove: () => void }) {
    this.ports = ports;
    this.folder = folder.path;
    this.#removeFolder = folder.remove;
  }

  static async start(destinations: Destinations): Promise<Stack> {
    const [server = 0, alertmanager = 0, pushgateway = 0, nodeExporter = 0] = await Promise.all(
      Array.from({ length: 4 }, freePort),
    );
    const stack = new Stack(
      { server, alertmanager, pushgateway, nodeExporter },
      temporaryFolder('stack-e2e'),
    );
    stack.#writeConfigs(destinations);
    try {
      await Promise.all([stack.startNodeExporter(), stack.startPushgateway(), stack.startAlertmanager()]);
      await stack.startServer();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** The base URL of a component. */
  url(component: keyof StackPorts): string {
    return `http://127.0.0.1:${this.ports[component]}`;
  }

  get server(): Program {
    return this.#programs.get('server')!;
  }

  get alertmanager(): Program {
    return this.#programs.get('alertmanager')!;
  }

  async startServer(): Promise<void> {
    await this.#run('server', this.url('server') + '/-/ready', [
      `--web.listen-address=127.0.0.1:${this.ports.server}`,
      `--config.file=${join(this.folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(this.folder, 'server')}`,
      '--web.enable-lifecycle',
      '--rules.alert.resend-delay=1s',
    ]);
  }

  async startAlertmanager(): Promise<void> {
    await this.#run('alertmanager', this.url('alertmanager') + '/-/ready', [
      `--web.listen-address=127.0.0.1:${this.ports.alertmanager}`,
      `--config.file=${join(this.folder, 'alertmanager.yml')}`,
      `--storage.path=${join(this.folder, 'alertmanager')}`,
      '--cluster.listen-address=',
    ]);
  }

  async startPushgateway(): Promise<void> {
    await this.#run('pushgateway', this.url('pushgateway') + '/-/ready', [
      `--web.listen-address=127.0.0.1:${this.ports.pushgateway}`,
    ]);
  }

  async startNodeExporter(): Promise<void> {
    await this.#run('node-exporter', this.url('nodeExporter') + '/metrics', [
      `--web.listen-address=127.0.0.1:${this.ports.nodeExporter}`,
    ]);
  }

  /** Replaces the metrics of the batch job. */
  async push(lines: string): Promise<void> {
    const answer = await fetch(`${this.url('pushgateway')}/metrics/job/batch`, {
      method: 'PUT',
      body: lines,
    });
    if (!answer.ok) throw new Error(`the Pushgateway says ${answer.status}: ${await answer.text()}`);
  }

  /** The `data` of an API answer of the server. */
  async api<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url('server')}/api/v1/${path}`);
    const body = (await answer.json()) as { status: string; data: T; error?: string };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
    return body.data;
  }

  /** The values of an instant query, by the labels that are not `job` and `instance`. */
  async query(expression: string, timeSeconds?: number): Promise<string[]> {
    const time = timeSeconds === undefined ? '' : `&time=${timeSeconds}`;
    const data = await this.api<{ result: { value: [number, string] }[] }>(
      `query?query=${encodeURIComponent(expression)}${time}`,
    );
    return data.result.map(({ value }) => value[1]);
  }

  /** Waits for the end of every program; the exit codes by name. */
  async stop(): Promise<Record<string, number | null>> {
    const codes: Record<string, number | null> = {};
    for (const [name, program] of [...this.#programs].reverse()) codes[name] = await program.end();
    this.#removeFolder();
    return codes;
  }

  async #run(app: string, readyUrl: string, args: readonly string[]): Promise<void> {
    const program = startApp(app, args);
    this.#programs.set(app, program);
    await program.answersAt(readyUrl);
  }

  #writeConfigs({ smtpPort, slackPort }: Destinations): void {
    const { server, alertmanager, pushgateway, nodeExporter } = this.ports;
    mkdirSync(join(this.folder, 'rules'));
    writeFileSync(
      join(this.folder, 'prometheus.yml'),
      `global:
  scrape_interval: 1s
  evaluation_interval: 1s
alerting:
  alertmanagers:
    - static_configs: [{ targets: ['127.0.0.1:${alertmanager}'] }]
rule_files: ['rules/*.yml']
scrape_configs:
  - job_name: prometheus
    static_configs: [{ targets: ['127.0.0.1:${server}'] }]
  - job_name: alertmanager
    static_configs: [{ targets: ['127.0.0.1:${alertmanager}'] }]
  - job_name: pushgateway
    honor_labels: true
    static_configs: [{ targets: ['127.0.0.1:${pushgateway}'] }]
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:${nodeExporter}'] }]
`,
    );
    writeFileSync(
      join(this.folder, 'rules/batch.yml'),
      `groups:
  - name: batch
    rules:
      - record: job:batch_duration_seconds:max
        expr: max by (job) (batch_duration_seconds)
      - alert: BatchFailed
        expr: batch_failed > 0
        for: 3s
        labels: { severity: page }
        annotations: { summary: 'The job {{ $labels.job }} failed {{ $value }} times' }
`,
    );
    writeFileSync(
      join(this.folder, 'alertmanager.yml'),
      `global:
  smtp_smarthost: 127.0.0.1:${smtpPort}
  smtp_from: alerts@example.org
  smtp_require_tls: false
  slack_api_url: http://127.0.0.1:${slackPort}/services/T/B/X
route:
  receiver: team
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
receivers:
  - name: team
    email_configs: [{ to: team@example.org, send_resolved: true }]
    slack_configs: [{ channel: '#alerts', send_resolved: true }]
`,
    );
  }
}
