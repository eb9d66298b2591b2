import { type Clock } from '@narthex/process';

/** What every command gets. */
export interface Tool {
  readonly out: (text: string) => void;
  /** Resolves when so much of what was printed has left that more may be; whoever prints a lot waits for it. */
  readonly drained: () => Promise<void>;
  readonly error: (text: string) => void;
  /** Everything that comes in on standard input. */
  readonly input: () => Promise<Uint8Array>;
  readonly clock: Clock;
}
