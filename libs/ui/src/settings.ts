/**
 * Takes what was stored as JSON, field by field; a field of another type than its default, and one that is not known,
 * falls back to the default.
 */
export function decodeSettings<S extends object>(stored: string | null, defaults: S): S {
  if (stored === null) return defaults;
  try {
    const value: unknown = JSON.parse(stored);
    if (typeof value !== 'object' || value === null) return defaults;
    const known = Object.entries(value).filter(
      ([key, field]) => key in defaults && typeof field === typeof defaults[key as keyof S],
    );
    return { ...defaults, ...(Object.fromEntries(known) as Partial<S>) };
  } catch {
    return defaults;
  }
}
