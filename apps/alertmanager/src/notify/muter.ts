import { type Labels } from '@narthex/model';

/** Decides whether alerts of these labels are kept from being notified, and takes note of why. */
export interface Muter {
  /** The label value of `alertmanager_notifications_suppressed_total`. */
  readonly reason: 'inhibition' | 'silence';
  mutes(labels: Labels): boolean;
}
