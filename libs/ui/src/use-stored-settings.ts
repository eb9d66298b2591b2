import { useCallback, useMemo, useState } from 'react';
import { type BrowserStore } from './browser-store';
import { decodeSettings } from './settings';

/** Settings, and a way to change some of them. */
export interface StoredSettings<S> {
  readonly settings: S;
  readonly change: (patch: Partial<S>) => void;
}

/** Settings kept in the browser under a key. */
export function useStoredSettings<S extends object>(
  store: BrowserStore,
  key: string,
  defaults: S,
): StoredSettings<S> {
  const [settings, setSettings] = useState(() => decodeSettings(store.read(key), defaults));
  const change = useCallback(
    (patch: Partial<S>) => {
      const next = { ...settings, ...patch };
      setSettings(next);
      store.write(key, JSON.stringify(next));
    },
    [settings, store, key],
  );
  return useMemo(() => ({ settings, change }), [settings, change]);
}
