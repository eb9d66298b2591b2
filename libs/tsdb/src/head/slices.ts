import { type Clock } from '@narthex/process';
import { setImmediate } from 'node:timers/promises';

/** After so long the event loop gets its turn. */
const SLICE_MS = 4;

/**
 * Runs long work on main in slices: each step of the generator is short, and between slices everything else runs.
 * Resolves with what the generator returns.
 */
export async function runInSlices<T>(work: Generator<void, T>, clock: Clock): Promise<T> {
  let startedMs = clock.monotonicMs();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
    await setImmediate();
    startedMs = clock.monotonicMs();
  }
}
