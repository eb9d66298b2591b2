import { Labels, METRIC_NAME } from '@narthex/model';

/** Stands between values: half a character, which no text of UTF-8 has by itself. */
const SEPARATOR = '\udc00';

/**
 * Tells which series belong together: those that are equal in some labels, or in all but some and the metric name.
 * Keys are put together from values, so that labels are made once a group, not once a series.
 */
export class LabelKeys {
  readonly #names: readonly string[];
  readonly #only: boolean;

  /** @param only true: the named labels count; false: all others but the metric name. */
  constructor(names: readonly string[], only: boolean) {
    this.#names = [...new Set(names)];
    this.#only = only;
  }

  /** Equal for labels that belong together, and for no others. */
  key(labels: Labels): string {
    const names = this.#names;
    if (this.#only) {
      if (names.length === 0) return '';
      let key = labels.get(names[0]!);
      for (let i = 1; i < names.length; i++) key += SEPARATOR + labels.get(names[i]!);
      return key;
    }
    const pairs = labels.pairs();
    let key = '';
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i]!;
      if (name === METRIC_NAME || names.includes(name)) continue;
      key += name + SEPARATOR + pairs[i + 1]! + SEPARATOR;
    }
    return key;
  }

  /** The labels that count. */
  labels(labels: Labels): Labels {
    const names = this.#names;
    if (!this.#only) return labels.filter((name) => name !== METRIC_NAME && !names.includes(name));
    return names.length === 0 ? Labels.EMPTY : labels.filter((name) => names.includes(name));
  }
}
