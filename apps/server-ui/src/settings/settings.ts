import { type StoredSettings } from '@narthex/ui';
import { createContext, useContext } from 'react';
import { type TimeZone } from '../format/time';

/** What a person may choose; kept in the browser. */
export interface Settings {
  readonly timeZone: TimeZone;
  /** How often lists fetch again, in milliseconds; 0 is never. */
  readonly refreshMs: number;
  readonly navigation: 'wide' | 'narrow';
  readonly autocomplete: boolean;
  readonly highlighting: boolean;
  readonly linter: boolean;
  readonly history: boolean;
  readonly showWarnings: boolean;
  readonly showInfos: boolean;
  readonly showAnnotations: boolean;
}

export const defaultSettings: Settings = {
  timeZone: 'utc',
  refreshMs: 10_000,
  navigation: 'wide',
  autocomplete: true,
  highlighting: true,
  linter: true,
  history: true,
  showWarnings: true,
  showInfos: true,
  showAnnotations: false,
};

type SettingsContextValue = StoredSettings<Settings>;

export const SettingsContext = createContext<SettingsContextValue>({
  settings: defaultSettings,
  change: () => undefined,
});

export function useSettings(): SettingsContextValue {
  return useContext(SettingsContext);
}
