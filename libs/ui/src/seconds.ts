import { createContext, useContext, useSyncExternalStore } from 'react';

/** A clock that many ages on a page share: one timer, running only while something listens. */
export class SecondTicker {
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #currentMs: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#currentMs = now();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#tick(), 1000);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  /** Milliseconds as of the last tick. */
  readonly current = (): number => this.#currentMs;

  #tick(): void {
    this.#currentMs = this.#now();
    for (const listener of this.#listeners) listener();
  }
}

export const SecondTickerContext = createContext(new SecondTicker(Date.now));

/** The present in milliseconds; the component renders again every second. */
export function useNowMs(): number {
  const ticker = useContext(SecondTickerContext);
  return useSyncExternalStore(ticker.subscribe, ticker.current);
}
