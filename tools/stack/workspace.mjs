// What `npm start` and `npm test` share: installing when needed, and building what changed.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspaceRoot = join(dirname(fileURLToPath(import.meta.url)), '../..');

const OLDEST_NODE = 20;
/** A registry may be out of reach for a moment. */
const INSTALL_ATTEMPTS = 3;
const installedMark = join(workspaceRoot, 'node_modules/.narthex-lock');

/** Nx must not ask questions, start a daemon or look for a cloud. */
const quietNx = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };

/** Runs a program with this terminal as its own; resolves with its exit code. */
export function run(command, args, { env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: workspaceRoot,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(signal ? 1 : code);
    });
  });
}

/** `npm ci` when node_modules is missing or belongs to another lockfile. */
export async function install() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    console.error(`Narthex needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  const lock = createHash('sha256')
    .update(readFileSync(join(workspaceRoot, 'package-lock.json')))
    .digest('hex');
  if (existsSync(installedMark) && readFileSync(installedMark, 'utf8') === lock) return;
  console.log('Installing packages …');
  for (let attempt = 1; ; attempt++) {
    if ((await run('npm', ['ci', '--no-audit', '--no-fund'])) === 0) break;
    if (attempt === INSTALL_ATTEMPTS) {
      console.error('npm ci failed: see above.');
      process.exit(1);
    }
  }
  writeFileSync(installedMark, lock);
}

/** Runs Nx targets; what did not change comes from the cache inside the workspace. */
export function nx(args, options = {}) {
  mkdirSync(join(workspaceRoot, 'tmp'), { recursive: true });
  const env = { ...quietNx, ...options.env };
  return run(process.execPath, ['node_modules/nx/dist/bin/nx.js', ...args], { ...options, env });
}

/** The names of the projects that have a target. */
export function projectsWith(target) {
  const args = ['node_modules/nx/dist/bin/nx.js', 'show', 'projects', '--withTarget', target, '--json'];
  const env = { ...process.env, ...quietNx };
  return JSON.parse(execFileSync(process.execPath, args, { cwd: workspaceRoot, env, encoding: 'utf8' }));
}

/** Builds the programs and their pages; ends the process when that fails. */
export async function build() {
  console.log('Building what changed …');
  const flags = process.env.CI ? ['--skip-nx-cache'] : [];
  const code = await nx(['run-many', '-t', 'build', ...flags], { quiet: true });
  if (code !== 0) {
    console.error('The build failed: see above.');
    process.exit(1);
  }
}
