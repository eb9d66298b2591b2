import { type EpochTable, isEarlier } from '@narthex/bytes';
import { type Clock } from '@narthex/process';

/** How often is looked. */
const POLL_MS = 20;

/** Resolves when no slot of the table holds anything earlier than `epoch`. */
export async function readersBefore(epochs: EpochTable, epoch: number, clock: Clock): Promise<void> {
  for (;;) {
    const oldest = epochs.oldest();
    if (oldest === undefined || !isEarlier(oldest, epoch)) return;
    await new Promise<void>((resolve) => void clock.after(POLL_MS, resolve));
  }
}
