import { type AlertState } from '../api/types-rules';
import { type Tone } from '../components/Badge';

/** The colour of each state of an alert. */
export const stateTones: Readonly<Record<AlertState, Tone>> = {
  firing: 'bad',
  pending: 'warn',
  inactive: 'ok',
  unknown: 'plain',
};
