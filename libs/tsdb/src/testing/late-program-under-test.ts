import { Labels } from '@narthex/model';
import { createLogger, systemClock } from '@narthex/process';
import { APPEND_OUTCOME } from '@narthex/storage';
import { writeSync } from 'node:fs';
import { TsdbDatabase } from '../database.js';

void run(process.argv[2]!);

/** Commits samples in and out of order for ever, and says after each commit what is in. */
async function run(path: string): Promise<void> {
  const db = await TsdbDatabase.open({
    path,
    clock: systemClock,
    logger: createLogger({ level: 'error' }),
    outOfOrderTimeWindowMs: 3_600_000,
    walCompression: 'none',
    noLockfile: true,
  });
  for (let round = 0; ; round++) {
    const appender = db.appender();
    const ref = appender.series(Labels.of({ __name__: 'm', series: 'm' }));
    const times = [10_000_000 + 10 * round, 9_999_999 - 7 * round];
    for (const timestampMs of times) {
      const outcome = appender.float(ref, timestampMs, timestampMs);
      if (outcome !== APPEND_OUTCOME.accepted) throw new Error(`outcome ${outcome} at ${timestampMs}`);
    }
    await appender.commit();
    writeSync(1, `${times.join(' ')}\n`);
  }
}
