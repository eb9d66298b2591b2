// The figures of the thread protocol: node tools/bench/threads.mjs [series]
// Builds its two TypeScript entries into tmp/ and runs them.
import { buildSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const out = join(root, 'tmp/bench/threads');
buildSync({
  entryPoints: ['main.ts', 'reader.ts'].map((name) => join(root, 'tools/bench/threads', name)),
  outdir: out,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['snappy'],
  tsconfig: join(root, 'tsconfig.base.json'),
  define: { 'import.meta.url': '__bundleUrl' },
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
});
const run = spawnSync(
  process.execPath,
  [
    '--expose-gc',
    ...(process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean),
    join(out, 'main.js'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exitCode = run.status ?? 1;
