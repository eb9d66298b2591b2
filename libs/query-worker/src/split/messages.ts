import { type SeriesOffer } from '@narthex/promql';

/** From a worker: a query has many series to compute, and others may help. Help comes or does not; nobody answers. */
export interface OfferMessage {
  readonly kind: 'offer';
  /** The query. */
  readonly id: number;
  readonly offer: SeriesOffer;
}

/** To a worker that has nothing else to do: help with the series of a query of another worker. */
export interface HelpMessage {
  readonly kind: 'help';
  /** Numbers helps, over all workers. */
  readonly help: number;
  readonly offer: SeriesOffer;
  /** The helper's place at the board of the offer. */
  readonly seat: number;
  /** The query's: see `StopFlag`. */
  readonly stopFlag: SharedArrayBuffer;
}

/** From the helper: it is done, or had something better to do. */
export interface HelpedMessage {
  readonly kind: 'helped';
  readonly help: number;
}
