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

/** Takes what was stored, field by field; anything of another type falls back to the default. */
export function decodeSettings(stored: string | null): Settings {
  if (stored === null) return defaultSettings;
  try {
    const value: unknown = JSON.parse(stored);
    if (typeof value !== 'object' || value === null) return defaultSettings;
    const known = Object.entries(value).filter(
      ([key, field]) =>
        key in defaultSettings && typeof field === typeof defaultSettings[key as keyof Settings],
    );
    return { ...defaultSettings, ...(Object.fromEntries(known) as Partial<Settings>) };
  } catch {
    return defaultSettings;
  }
}

export interface SettingsContextValue {
  readonly settings: Settings;
  readonly change: (patch: Partial<Settings>) => void;
}

export const SettingsContext = createContext<SettingsContextValue>({
  settings: defaultSettings,
  change: () => undefined,
});

export function useSettings(): SettingsContextValue {
  return useContext(SettingsContext);
}
