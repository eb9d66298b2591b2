import { systemClock } from '@narthex/process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { promtool } from './promtool.js';

// Whoever reads the output may have enough of it, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(141);
});

void promtool(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  drained: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  },
  error: (text) => void process.stderr.write(text),
  input: () => buffer(process.stdin),
  clock: systemClock,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
