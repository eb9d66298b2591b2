import { Labels } from '@narthex/model';
import { createLogger, systemClock } from '@narthex/process';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { TsdbDatabase } from '../database.js';

/*
 * A process to be killed: node program.cjs DATA_DIRECTORY WORKER_FILE FIRST SERIES. Writes a sample a minute to each
 * series, from minute FIRST on and without end; after each commit it prints the minute.
 */
async function main(path: string, workerFile: string, first: number, series: number): Promise<void> {
  const db = await TsdbDatabase.open({
    path,
    clock: systemClock,
    logger: createLogger({ level: 'error' }),
    minBlockDurationMs: 600_000,
    maxBlockDurationMs: 5_400_000,
    spawnWorker: () => new Worker(workerFile),
  });
  for (let minute = first; ; minute++) {
    const appender = db.appender();
    for (let number = 0; number < series; number++) {
      const ref = appender.series(Labels.of({ __name__: 'm', number: String(number).padStart(6, '0') }));
      appender.float(ref, 1_700_006_400_000 + 60_000 * minute, minute);
    }
    await appender.commit();
    process.stdout.write(`${minute}\n`);
    await setImmediate();
  }
}

const [path = '', workerFile = '', first = '0', series = '1'] = process.argv.slice(2);
void main(path, workerFile, Number(first), Number(series));
