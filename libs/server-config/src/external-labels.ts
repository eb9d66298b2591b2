import { Labels } from '@narthex/model';

/** Go's os.Expand: `$name`, `${name}`, and the shell's special parameters of one character, `$$` among them. */
const REFERENCE = /\$(?:\{([^}]*)\}|([A-Za-z_]\w*|[*#$@!?0-9-]))/g;

export interface ExpandedLabels {
  /** Those that have come out empty, too. */
  readonly labels: Labels;
  /** Names of variables that are not set; they expand to nothing. */
  readonly missing: readonly string[];
}

/** Puts environment variables into the values of `external_labels`; `$$` stands for a dollar sign. */
export function expandExternalLabels(
  labels: Labels,
  environment: Readonly<Record<string, string | undefined>>,
): ExpandedLabels {
  const missing: string[] = [];
  const valueOf = (name: string): string => {
    if (name === '$') return '$';
    const value = environment[name];
    if (value === undefined) missing.push(name);
    return value ?? '';
  };
  const expanded = [...labels].map(([name, value]) => {
    const text = value.replaceAll(REFERENCE, (_all, braced: string | undefined, bare: string | undefined) => {
      const reference = braced ?? bare ?? '';
      return reference === '' ? '' : valueOf(reference);
    });
    return [name, text] as const;
  });
  return { labels: Labels.withEmptyValues(expanded), missing };
}
