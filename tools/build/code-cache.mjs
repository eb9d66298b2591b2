// Start-up without compiling: NAME.js becomes NAME.bundle.js with V8's code cache beside it, and a small NAME.js that
// loads both. Another Node, or other V8 flags, than built it refuse the cache and compile as usual.
import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const loader = (name) => `'use strict';
const { readFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');
const filename = join(__dirname, '${name}.bundle.js');
let cachedData;
try {
  cachedData = readFileSync(filename + '.cache');
} catch {
  // It is only there to be faster.
}
const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename, cachedData });
script.runInThisContext()(exports, require, module, filename, __dirname);
`;

export function addCodeCache(folder, name) {
  const bundle = join(folder, `${name}.bundle.js`);
  renameSync(join(folder, `${name}.js`), bundle);
  writeFileSync(join(folder, `${name}.js`), loader(name));
  // A process of its own runs the program as far as its version, so that what a start compiles is in the cache.
  const writer = join(fileURLToPath(import.meta.url), '../write-code-cache.cjs');
  execFileSync(process.execPath, [writer, '--version'], {
    env: { ...process.env, CODE_CACHE_OF: resolve(bundle) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
