/** Small texts kept in the browser. Where storage is forbidden or full, nothing is kept and nothing breaks. */
export interface BrowserStore {
  read(key: string): string | null;
  write(key: string, value: string): void;
}

/** Over `localStorage`, whose every access may throw (private windows, quotas, policies). */
export function browserStore(page: Window): BrowserStore {
  return {
    read(key) {
      try {
        return page.localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        page.localStorage.setItem(key, value);
      } catch {
        // A setting that is not kept is a nuisance, not a fault to report.
      }
    },
  };
}
