// Start-up without compiling: NAME.js becomes NAME.bundle.js with V8's code cache beside it, and a small NAME.js that
// loads both. Another Node, or other V8 flags, than built it refuse the cache and compile as usual.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// ASCII, read as Latin-1, is taken as it is, outside of V8's heap and at a byte a character.
const loader = (name) => `'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');
const filename = join(__dirname, '${name}.bundle.js');
let cachedData;
try {
  cachedData = readFileSync(filename + '.cache');
} catch {
  // It is only there to be faster.
}
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
script.runInThisContext()(exports, require, module, filename, __dirname);
`;

/** esbuild escapes what is in strings; the rest is in comments and regular expressions, where this means the same. */
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const WARM_UP_LIMIT_MS = 60_000;

/**
 * A process of its own runs the program, so that what a start compiles is in the cache: as far as its version, or as
 * `warmUp` says, whose `config` is written to a file and whose `arguments` may name the folder it is in, until a line
 * of its log holds the text `until`.
 */
export async function addCodeCache(folder, name, warmUp) {
  const bundle = join(folder, `${name}.bundle.js`);
  renameSync(join(folder, `${name}.js`), bundle);
  const source = readFileSync(bundle, 'utf8');
  writeFileSync(bundle, Module.wrap(source.replaceAll(/[^\0-\x7f]/g, escaped)));
  writeFileSync(join(folder, `${name}.js`), loader(name));
  const writer = join(fileURLToPath(import.meta.url), '../write-code-cache.cjs');
  const scratch = mkdtempSync(join(tmpdir(), 'code-cache-'));
  try {
    if (warmUp?.config !== undefined) writeFileSync(join(scratch, 'config.yml'), warmUp.config);
    const args = (warmUp?.arguments ?? ['--version']).map((each) => each.replaceAll('{folder}', scratch));
    const child = spawn(process.execPath, [writer, ...args], {
      env: { ...process.env, CODE_CACHE_OF: resolve(bundle) },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: WARM_UP_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let log = '';
    let asked = false;
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (asked || warmUp === undefined || !log.includes(warmUp.until)) return;
      asked = true;
      child.kill('SIGTERM');
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the start of ${name} for its code cache ended with ${code}:\n${log}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
