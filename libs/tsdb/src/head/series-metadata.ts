import { type SharedAddress } from '@narthex/bytes';
import { type MetricMetadata } from '@narthex/model';
import { RowMap } from './row-map.js';

interface Shared {
  readonly metadata: MetricMetadata;
  /** How many series have it. */
  uses: number;
}

/**
 * What was said last of each series, by the address of its row: so that the log gets it only when it changes. Series
 * of one metric share it.
 */
export class SeriesMetadata {
  readonly #ofRow = new RowMap<Shared>();
  readonly #shared = new Map<string, Shared>();

  /** Series that something is known of. */
  get size(): number {
    return this.#ofRow.size;
  }

  get(row: SharedAddress): MetricMetadata | undefined {
    return this.#ofRow.get(row)?.metadata;
  }

  /** True when this is what is known of the series. */
  is(row: SharedAddress, { type, unit, help }: MetricMetadata): boolean {
    const known = this.get(row);
    return known?.type === type && known.unit === unit && known.help === help;
  }

  set(row: SharedAddress, { type, unit, help }: MetricMetadata): void {
    this.forget(row);
    const key = `${type}\0${unit}\0${help}`;
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      shared = { metadata: { type, unit, help }, uses: 0 };
      this.#shared.set(key, shared);
    }
    shared.uses++;
    this.#ofRow.set(row, shared);
  }

  /** The series has gone. */
  forget(row: SharedAddress): void {
    const shared = this.#ofRow.get(row);
    if (shared === undefined) return;
    this.#ofRow.delete(row);
    if (--shared.uses > 0) return;
    const { type, unit, help } = shared.metadata;
    this.#shared.delete(`${type}\0${unit}\0${help}`);
  }
}
