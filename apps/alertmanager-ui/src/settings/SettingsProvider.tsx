import { type BrowserStore, useStoredSettings } from '@narthex/ui';
import { type ReactElement, type ReactNode } from 'react';
import { defaultSettings, SettingsContext } from './settings';

export interface SettingsProviderProps {
  readonly store: BrowserStore;
  readonly children: ReactNode;
}

export function SettingsProvider({ store, children }: SettingsProviderProps): ReactElement {
  const value = useStoredSettings(store, 'alertmanager-ui.settings', defaultSettings);
  return <SettingsContext value={value}>{children}</SettingsContext>;
}
