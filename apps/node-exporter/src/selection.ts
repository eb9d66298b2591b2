import { CollectorSelectionError } from './errors.js';

export interface SelectionQuery {
  /** Of `collect[]`. */
  readonly collect: readonly string[];
  /** Of `exclude[]`. */
  readonly exclude: readonly string[];
}

/**
 * Which of the enabled collectors a scrape asks for. Excluding every one of them excludes none, as upstream.
 * @param known every name there is, enabled or not
 * @throws CollectorSelectionError with upstream's words
 */
export function selectCollectors(
  { collect, exclude }: SelectionQuery,
  enabled: ReadonlySet<string>,
  known: ReadonlySet<string>,
): (name: string) => boolean {
  if (collect.length > 0 && exclude.length > 0) {
    throw new CollectorSelectionError('Combined collect and exclude queries are not allowed.');
  }
  for (const name of collect) {
    if (enabled.has(name)) continue;
    const reason = known.has(name) ? 'disabled' : 'missing';
    throw new CollectorSelectionError(
      `Couldn't create filtered metrics handler: couldn't create collector: ${reason} collector: ${name}`,
    );
  }
  if (collect.length > 0) return (name) => collect.includes(name);
  const left = [...enabled].filter((name) => !exclude.includes(name));
  return (name) => left.length === 0 || left.includes(name);
}
