import { type Tone } from '@narthex/ui';
import { type AlertState } from '../api/types-rules';

/** The colour of each state of an alert. */
export const stateTones: Readonly<Record<AlertState, Tone>> = {
  firing: 'bad',
  pending: 'warn',
  inactive: 'ok',
  unknown: 'plain',
};
