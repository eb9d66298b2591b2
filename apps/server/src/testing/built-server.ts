import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const workspaceRoot = join(__dirname, '../../../..');

/** The server and its workers, bundled into a folder of the test's own: under the workspace, where native packages are. */
export class Bundle {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async build(): Promise<Bundle> {
    mkdirSync(join(workspaceRoot, 'tmp'), { recursive: true });
    const folder = mkdtempSync(join(workspaceRoot, 'tmp/server-test-'));
    const source = join(workspaceRoot, 'apps/server/src');
    await build({
      entryPoints: ['main.ts', 'query.worker.ts', 'maintenance.worker.ts', 'agent.worker.ts'].map((name) =>
        join(source, name),
      ),
      absWorkingDir: workspaceRoot,
      outdir: folder,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['snappy', '@node-rs/bcrypt'],
      define: { 'import.meta.url': '__bundleUrl' },
      banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
      logLevel: 'error',
    });
    return new Bundle(folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  run(args: readonly string[], cwd: string): RunningServer {
    return new RunningServer(join(this.folder, 'main.js'), args, cwd);
  }
}

/** A server process. */
export class RunningServer {
  /** Everything it printed, both streams. */
  output = '';
  readonly #process: ChildProcess;
  readonly #exit: Promise<number | null>;

  constructor(mainFile: string, args: readonly string[], cwd: string) {
    this.#process = spawn(process.execPath, [mainFile, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk) => (this.output += String(chunk)));
    }
    this.#exit = once(this.#process, 'exit').then(([code]) => code as number | null);
  }

  /** The URL when the server is ready; undefined before. Throws when the process has ended. */
  async url(): Promise<string | undefined> {
    if (this.#process.exitCode !== null) throw new Error(`the server ended:\n${this.output}`);
    const port = /msg="Listening on".* address=127\.0\.0\.1:(\d+)/.exec(this.output)?.[1];
    if (port === undefined) return undefined;
    const url = `http://127.0.0.1:${port}`;
    return (await fetch(`${url}/-/ready`)).ok ? url : undefined;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** The exit code; null when a signal ended it. */
  exit(): Promise<number | null> {
    return this.#exit;
  }

  async end(name: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.signal(name);
    return this.exit();
  }
}
