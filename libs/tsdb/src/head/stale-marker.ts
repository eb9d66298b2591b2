/** The bits of the stale marker, a NaN that stands for the end of a series. */
export const STALE_HIGH = 0x7ff00000;
export const STALE_LOW = 2;

/** 1 where these are its bits. */
export function isMarker(high: number, low: number): 0 | 1 {
  return low === STALE_LOW && high === STALE_HIGH ? 1 : 0;
}
