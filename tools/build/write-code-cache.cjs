// Runs the bundle named by CODE_CACHE_OF and writes V8's code cache of it when the process ends.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

const filename = process.env.CODE_CACHE_OF;
const script = new Script(readFileSync(filename, 'latin1'), { filename });
process.on('exit', () => writeFileSync(`${filename}.cache`, script.createCachedData()));
const own = { exports: {} };
script.runInThisContext()(own.exports, createRequire(filename), own, filename, dirname(filename));
