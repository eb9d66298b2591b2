import { type ReactElement, type ReactNode, useCallback, useMemo, useState } from 'react';
import { type BrowserStore } from './browser-store';
import { decodeSettings, type Settings, SettingsContext } from './settings';

const KEY = 'alertmanager-ui.settings';

export interface SettingsProviderProps {
  readonly store: BrowserStore;
  readonly children: ReactNode;
}

export function SettingsProvider({ store, children }: SettingsProviderProps): ReactElement {
  const [settings, setSettings] = useState(() => decodeSettings(store.read(KEY)));
  const change = useCallback(
    (patch: Partial<Settings>) => {
      const next = { ...settings, ...patch };
      setSettings(next);
      store.write(KEY, JSON.stringify(next));
    },
    [settings, store],
  );
  const value = useMemo(() => ({ settings, change }), [settings, change]);
  return <SettingsContext value={value}>{children}</SettingsContext>;
}
