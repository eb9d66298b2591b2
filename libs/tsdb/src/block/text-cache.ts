/**
 * Keeps the texts that were asked for last, by number: when as many as `capacity` came since the last change, those
 * not asked for since the change before are forgotten.
 */
export class TextCache {
  readonly #capacity: number;
  #recent = new Map<number, string>();
  #older = new Map<number, string>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: number): string | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: number, text: string): void {
    if (this.#recent.size >= this.#capacity) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, text);
  }

  clear(): void {
    this.#recent = new Map();
    this.#older = new Map();
  }
}
