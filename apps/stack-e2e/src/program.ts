import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '@narthex/testkit';

export const workspaceRoot = join(__dirname, '../../..');

/** A program under test, running as a process of its own. */
export class Program {
  readonly name: string;
  /** Everything it printed, both streams. */
  output = '';
  readonly #process: ChildProcess;
  readonly #exited: Promise<{ code: number | null; signal: string | null }>;

  constructor(name: string, command: string, args: readonly string[]) {
    this.name = name;
    this.#process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stdout!.on('data', (chunk) => (this.output += String(chunk)));
    this.#process.stderr!.on('data', (chunk) => (this.output += String(chunk)));
    this.#exited = once(this.#process, 'exit').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as string | null,
    }));
  }

  /** Waits for 200 at this URL; fails at once when the program ends. */
  async answersAt(url: string): Promise<void> {
    await eventually(
      `${this.name} at ${url}`,
      async () => {
        if (this.#process.exitCode !== null) return true;
        return (await fetch(url)).ok;
      },
      { timeoutMs: 60_000, everyMs: 50 },
    ).catch((cause: unknown) => {
      throw new Error(`${this.name} does not answer:\n${this.output}`, { cause });
    });
    if (this.#process.exitCode !== null) throw new Error(`${this.name} ended:\n${this.output}`);
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** The exit code, once it ended by itself. */
  async exitCode(): Promise<number | null> {
    return (await this.#exited).code;
  }

  /** Ends it with this signal, and waits until it is gone. */
  async end(name: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill(name);
    return this.exitCode();
  }
}

/** One of our built apps. */
export function startApp(app: string, args: readonly string[]): Program {
  return new Program(app, process.execPath, [join(workspaceRoot, 'dist/apps', app, 'main.js'), ...args]);
}
