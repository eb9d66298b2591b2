import { compileAnchored, type AnchoredForm, type AnchoredRegexp } from './anchored.js';

/** Keeps the compiled forms of the patterns used last. Patterns with errors are not kept. */
export class RegexpCache {
  readonly #entries = new Map<string, AnchoredRegexp>();
  readonly #capacity: number;
  readonly #form: AnchoredForm;

  constructor(options: { readonly capacity: number; readonly form?: AnchoredForm }) {
    this.#capacity = options.capacity;
    this.#form = options.form ?? 'matcher';
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws RegexpError */
  compileAnchored(pattern: string): AnchoredRegexp {
    const known = this.#entries.get(pattern);
    const regexp = known ?? compileAnchored(pattern, this.#form);
    // A Map keeps the order of insertion, so the first key is the one unused for longest.
    if (known !== undefined) this.#entries.delete(pattern);
    this.#entries.set(pattern, regexp);
    if (this.#entries.size > this.#capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return regexp;
  }
}
