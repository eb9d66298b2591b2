import { type Clock } from '@narthex/process';
import { setImmediate } from 'node:timers/promises';

/** After so long the event loop gets its turn. */
const SLICE_MS = 4;

/** Runs long work on main in slices: each step of the generator is short, and between slices everything else runs. */
export async function runInSlices(work: Generator<void>, clock: Clock): Promise<void> {
  let startedMs = clock.monotonicMs();
  while (work.next().done !== true) {
    if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
    await setImmediate();
    startedMs = clock.monotonicMs();
  }
}
