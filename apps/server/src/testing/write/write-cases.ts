import { HEADER_CASES } from './header-cases.js';
import { HISTOGRAM_CASES } from './histogram-cases.js';
import { MESSAGE_CASES } from './message-cases.js';
import { SERIES_CASES } from './series-cases.js';
import { V2_CASES } from './v2-cases.js';
import { type WriteCase } from './write-case.js';

/** Requests to `/api/v1/write`, good and bad. */
export const WRITE_CASES: readonly WriteCase[] = [
  ...SERIES_CASES,
  ...HISTOGRAM_CASES,
  ...MESSAGE_CASES,
  ...HEADER_CASES,
  ...V2_CASES,
];
