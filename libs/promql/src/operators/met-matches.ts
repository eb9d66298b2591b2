import { type Labels } from '@narthex/model';
import { executionError } from '../errors.js';

/**
 * The samples of one match group that have met another, step by step. What a comparison then drops has met one as
 * well; what makes no sense together has not.
 */
export class MetMatches {
  readonly #oneToOne: boolean;
  readonly #steps: number;
  readonly #any: Uint8Array;
  readonly #byLabels = new Map<string, Uint8Array>();

  constructor(oneToOne: boolean, steps: number) {
    this.#oneToOne = oneToOne;
    this.#steps = steps;
    this.#any = new Uint8Array(steps);
  }

  hasAny(step: number): boolean {
    return this.#any[step] === 1;
  }

  /** @throws PromqlError when another sample, of the same labels where many may meet one, has met one at this step. */
  meet(step: number, { key }: Labels): void {
    if (this.#oneToOne) {
      if (this.#any[step] === 1) {
        throw executionError(
          'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
        );
      }
    } else {
      let met = this.#byLabels.get(key);
      if (met === undefined) this.#byLabels.set(key, (met = new Uint8Array(this.#steps)));
      if (met[step] === 1) {
        throw executionError('multiple matches for labels: grouping labels must ensure unique matches');
      }
      met[step] = 1;
    }
    this.#any[step] = 1;
  }
}
