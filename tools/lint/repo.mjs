// What is checked once for the whole repository: format, cycles, dead code, and words that must not be in it.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const checks = [
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  [
    'cycles',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      'apps',
      'libs',
    ],
  ],
  ['dead code', ['node_modules/knip/bin/knip.js', '--no-progress']],
];

let failed = false;
for (const [name, args] of checks) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`repository check failed: ${name}`);
    failed = true;
  }
}

/** Lockfiles that name a registry tie everybody to it. */
if (/"resolved":\s*"https?:/.test(readFileSync('package-lock.json', 'utf8'))) {
  console.error('package-lock.json names a registry; install with omit-lockfile-registry-resolved=true');
  failed = true;
}

/** Sources stay small enough to read in one go. */
const LONGEST = 500;
const sources = execFileSync('git', ['ls-files', '*.ts', '*.tsx'], { encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
for (const file of sources) {
  if (/\.test\.|testdata|generated/.test(file)) continue;
  const lines = readFileSync(file, 'utf8').split('\n').length;
  if (lines > LONGEST + 1) {
    console.error(`${file} has ${lines} lines: split it by purpose (at most ${LONGEST})`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
