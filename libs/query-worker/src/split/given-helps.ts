import { SeriesBoard } from '@narthex/promql';
import { type HelpMessage } from './messages.js';

/** The helps that one worker is asked for and has not ended yet. */
export class GivenHelps {
  readonly #open = new Map<number, HelpMessage>();

  get count(): number {
    return this.#open.size;
  }

  begin(message: HelpMessage): void {
    this.#open.set(message.help, message);
  }

  end(help: number): void {
    this.#open.delete(help);
  }

  /** The worker has died: nobody has to wait until it leaves its seats. */
  abandon(): void {
    for (const { offer, seat } of this.#open.values()) SeriesBoard.leaveSeat(offer.board, seat, offer.use);
    this.#open.clear();
  }
}
