import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, parseFlags, systemClock } from '@narthex/process';
import { AlertmanagerApp } from '../app';
import { FLAGS } from '../flags';

const closers: (() => unknown)[] = [];

/** What a test has opened, closed by {@link closeAll}. */
export function closeLater(close: () => unknown): void {
  closers.push(close);
}

/** Closes what was opened, the last first: for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  closers.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface LoggedLine {
  readonly level: string;
  readonly msg: string;
}

export interface Running {
  readonly app: AlertmanagerApp;
  readonly url: string;
  /** What it has written to its log so far. */
  readonly logged: readonly LoggedLine[];
  readonly configFile: string;
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** Starts an Alertmanager with this configuration in a folder of its own. */
export async function run(yaml: string, argv: readonly string[] = [], at = folder()): Promise<Running> {
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
  const logged: LoggedLine[] = [];
  const write = (line: string): void => void logged.push(JSON.parse(line) as LoggedLine);
  const logger = createLogger({ level: 'debug', format: 'json', write });
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
  return { app, url: `http://127.0.0.1:${app.addresses[0]?.port}`, logged, configFile, folder: at, stop };
}

export const plain = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export async function ask(
  url: string,
  method = 'GET',
  body?: unknown,
  type = 'application/json',
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = body === undefined ? { method } : { method, body: text, headers: { 'content-type': type } };
  const response = await fetch(url, { ...init, redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export const json = async <T>(url: string): Promise<T> => JSON.parse((await ask(url)).text) as T;

export interface AlertJson {
  readonly labels: Record<string, string>;
  readonly status: { readonly state: string; readonly silencedBy: string[]; readonly inhibitedBy: string[] };
  readonly startsAt: string;
  readonly endsAt: string;
}
