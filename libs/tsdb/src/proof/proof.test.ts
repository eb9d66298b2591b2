import { afterEach, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { DatabaseRun } from './database-run.js';
import { anyStep, type Step } from './steps.js';

/*
 * Appends in and out of order of samples of every kind, deletions, compactions, retention, snapshots, restarts and
 * crashes, views that stay open across them, and readers on the other end of a port, against maps of what was
 * acknowledged. For a long run: PROOF_RUNS=500; for one again: PROOF_SEED, PROOF_PATH; PROOF_SHRINK=1 makes it short.
 */

const { PROOF_RUNS = '12', PROOF_SEED, PROOF_PATH, PROOF_SHRINK } = process.env;
/** Where nobody names one, a run is the same each time; a long one takes another each time. */
const FIRST_SEED = PROOF_RUNS === '12' ? 1_234_423_831 : Date.now();
const LONGEST_MS = Math.max(300_000, 20_000 * Number(PROOF_RUNS));

const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

test(
  'what was acknowledged is there, in every view and after every restart, until it is deleted',
  async () => {
    const counts = new Map<string, number>();
    const walk = async (steps: readonly Step[]): Promise<void> => {
      const folder = temporaryFolder('tsdb-proof');
      folders.push(folder);
      const run = new DatabaseRun(folder.path);
      try {
        await run.open();
        for (const step of steps) await run.take(step);
        await run.finish();
      } finally {
        await run.close();
        for (const [what, count] of run.counts) counts.set(what, (counts.get(what) ?? 0) + count);
        rmSync(folder.path, { recursive: true, force: true });
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 150, maxLength: 400, size: 'max' }), walk),
      {
        seed: Number(PROOF_SEED ?? FIRST_SEED),
        ...(PROOF_PATH !== undefined && { path: PROOF_PATH }),
        numRuns: Number(PROOF_RUNS),
        endOnFailure: PROOF_SHRINK === undefined,
      },
    );
    const steps = [
      'append',
      'hold',
      'delete',
      'compact',
      'clean',
      'reopen',
      'crash',
      'view',
      'snapshot',
      'retention',
    ];
    for (const step of steps) expect([step, counts.has(step)]).toEqual([step, true]);
  },
  LONGEST_MS,
);
