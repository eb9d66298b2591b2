import { type Labels } from '@narthex/model';
import { type AlertStatuses } from '../alerts/alert-status';
import { fingerprintOf } from '../alerts/fingerprint';
import { type Muter } from '../notify/muter';
import { type Silences } from './silences';

/** Mutes the alerts that an active silence names, and takes note of which silences those are. */
export class Silencer implements Muter {
  readonly reason = 'silence';
  readonly #silences: Silences;
  readonly #statuses: AlertStatuses;

  constructor(options: { readonly silences: Silences; readonly statuses: AlertStatuses }) {
    this.#silences = options.silences;
    this.#statuses = options.statuses;
  }

  mutes(labels: Labels): boolean {
    const fingerprint = fingerprintOf(labels);
    const silencedBy = this.#silences.activeFor(fingerprint, labels);
    this.#statuses.setSilencedBy(fingerprint, silencedBy);
    return silencedBy.length > 0;
  }
}
