import { BOARD_SEATS, type SeriesOffer } from '@narthex/promql';
import { type HelpMessage } from './messages.js';

/** A worker that may be asked for help. */
export interface Helper {
  /** Queries that it is busy with. */
  readonly load: number;
  /** Helps that it is busy with. */
  readonly helps: number;
  help(message: HelpMessage): void;
}

/** Asks workers that have nothing to do, and only those, to help with the series of a query. */
export class HelpFinder {
  readonly #helpers: () => readonly Helper[];
  #lastHelp = 0;

  constructor(helpers: () => readonly Helper[]) {
    this.#helpers = helpers;
  }

  /** Returns how many were asked. */
  find(offer: SeriesOffer, stopFlag: SharedArrayBuffer): number {
    const idle = this.#helpers().filter(({ load, helps }) => load === 0 && helps === 0);
    const asked = idle.slice(0, BOARD_SEATS);
    asked.forEach((helper, seat) => {
      helper.help({ kind: 'help', help: ++this.#lastHelp, offer, seat, stopFlag });
    });
    return asked.length;
  }
}
