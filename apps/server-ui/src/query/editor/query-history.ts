import { type BrowserStore } from '@narthex/ui';

const key = 'server-ui.query-history';
const limit = 100;

/** The expressions last executed in this browser, newest first, each once. */
export class QueryHistory {
  readonly #store: BrowserStore;

  constructor(store: BrowserStore) {
    this.#store = store;
  }

  list(): readonly string[] {
    const stored = this.#store.read(key);
    if (stored === null) return [];
    try {
      const value: unknown = JSON.parse(stored);
      return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
    } catch {
      return [];
    }
  }

  add(expr: string): void {
    const trimmed = expr.trim();
    if (trimmed === '') return;
    const rest = this.list().filter((other) => other !== trimmed);
    this.#store.write(key, JSON.stringify([trimmed, ...rest].slice(0, limit)));
  }
}
