/**
 * Numbers for texts, so that series of several parts of the store, which each know texts by numbers of their own, can
 * be compared by numbers.
 */
export class TextIds {
  readonly #ids = new Map<string, number>();

  id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) this.#ids.set(text, (id = this.#ids.size));
    return id;
  }

  /** The texts by their ids. */
  texts(): readonly string[] {
    return [...this.#ids.keys()];
  }
}

/** The labels of many series as ids of texts: those of series i are `[ends[i - 1], ends[i])`, name and value in turn. */
export interface LabelIds {
  readonly ends: Uint32Array;
  readonly ids: Uint32Array;
}

/** Collects {@link LabelIds}. */
export class LabelIdsWriter implements LabelIds {
  readonly ends: Uint32Array;
  ids: Uint32Array;
  #length = 0;
  #series = 0;

  constructor(seriesCount: number) {
    this.ends = new Uint32Array(seriesCount);
    this.ids = new Uint32Array(16 * seriesCount);
  }

  add(name: number, value: number): void {
    if (this.#length + 2 > this.ids.length) {
      const grown = new Uint32Array(2 * this.ids.length);
      grown.set(this.ids);
      this.ids = grown;
    }
    this.ids[this.#length++] = name;
    this.ids[this.#length++] = value;
  }

  /** Ends the labels of a series. */
  close(): void {
    this.ends[this.#series++] = this.#length;
  }
}
