import { type StoredSettings } from '@narthex/ui';
import { createContext, useContext } from 'react';
import { type TimeZone } from '../format/time';

/** What a person may choose; kept in the browser. */
export interface Settings {
  readonly timeZone: TimeZone;
  /** How often lists are fetched again, in milliseconds; 0 is never. */
  readonly refreshMs: number;
  /** Who a new silence says it is by. */
  readonly creator: string;
}

export const defaultSettings: Settings = { timeZone: 'utc', refreshMs: 10_000, creator: '' };

type SettingsContextValue = StoredSettings<Settings>;

export const SettingsContext = createContext<SettingsContextValue>({
  settings: defaultSettings,
  change: () => undefined,
});

export function useSettings(): SettingsContextValue {
  return useContext(SettingsContext);
}
