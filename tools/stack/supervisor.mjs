import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { mainOf } from './components.mjs';

const STOP_GRACE_MS = 10_000;
const READY_WITHIN_MS = 60_000;
const COLOURS = [36, 33, 35, 32];

/** Runs the programs, prefixes their logs, and ends all of them together. */
export class Supervisor {
  #children = [];
  #stopping = false;
  #shown = false;
  #held = [];
  #place;

  /** `place` says where things are: `host`, `data`, `configs`. */
  constructor(place) {
    this.#place = place;
  }

  start(components) {
    for (const [i, component] of components.entries()) {
      const listen = `${this.#place.host}:${component.port}`;
      const args = [mainOf(component.name), ...component.args({ ...this.#place, listen })];
      const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const child = { ...component, process: process_, exited: undefined };
      child.exited = new Promise((resolve) =>
        process_.once('exit', (code, signal) => resolve({ code, signal })),
      );
      child.exited.then(({ code, signal }) => this.#onExit(child, code, signal));
      const paint = process.stdout.isTTY
        ? (text) => `\u001b[${COLOURS[i % COLOURS.length]}m${text}\u001b[0m`
        : (text) => text;
      const prefix = paint(`${component.name.padEnd(13)} | `);
      for (const stream of [process_.stdout, process_.stderr]) {
        createInterface({ input: stream }).on('line', (line) => this.#log(prefix + line));
      }
      this.#children.push(child);
    }
  }

  /** Prints the table of names, URLs and states once every program answers, and its logs from then on. */
  async waitUntilReady() {
    const states = await Promise.all(this.#children.map((child) => this.#ready(child)));
    if (this.#stopping) return;
    const rows = this.#children.map((child, i) => [child.title, this.#url(child), states[i]]);
    const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
    console.log('');
    for (const row of rows)
      console.log(`  ${row[0].padEnd(widths[0])}   ${row[1].padEnd(widths[1])}   ${row[2]}`);
    console.log(`\n  Data is kept in ${this.#place.data}. Ctrl-C stops everything.\n`);
    this.#showLogs();
    if (states.some((state) => state !== 'ready')) await this.stop(1);
  }

  /** Asks every program to end, insists after a while, then ends this process. */
  async stop(exitCode) {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#showLogs();
    console.log('Stopping …');
    for (const child of this.#children) child.process.kill('SIGTERM');
    const insist = setTimeout(() => {
      for (const child of this.#children) child.process.kill('SIGKILL');
    }, STOP_GRACE_MS);
    await Promise.all(this.#children.map((child) => child.exited));
    clearTimeout(insist);
    process.exit(exitCode);
  }

  #onExit(child, code, signal) {
    if (this.#stopping) return;
    this.#showLogs();
    console.error(`${child.title} ended by itself (${signal ?? `exit code ${code}`}); stopping the rest.`);
    void this.stop(1);
  }

  #log(line) {
    if (this.#shown) console.log(line);
    else this.#held.push(line);
  }

  #showLogs() {
    this.#shown = true;
    for (const line of this.#held.splice(0)) console.log(line);
  }

  #url({ port }) {
    const { host } = this.#place;
    const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
    return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}/`;
  }

  async #ready(child) {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline && !this.#stopping && child.process.exitCode === null) {
      if (await answers(new URL(child.readyPath, this.#url(child)))) return 'ready';
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return 'not ready';
  }
}

function answers(url) {
  return new Promise((resolve) => {
    const request = get(url, { timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
    request.once('timeout', () => request.destroy());
  });
}
