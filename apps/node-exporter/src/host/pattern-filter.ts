import { compile, RegexpError, type SearchRegexp } from '@narthex/regexp';
import { CollectorFlagError } from '../errors.js';

/** Which names a collector shows, by a pattern of names to show or one of names to leave out. */
export class PatternFilter {
  readonly #include: SearchRegexp | undefined;
  readonly #exclude: SearchRegexp | undefined;
  /** The same few names come scrape after scrape; bounded, since devices come and go. */
  readonly #known = new Map<string, boolean>();

  /** Patterns match anywhere in a name; an empty one stands for none. */
  constructor({ include = '', exclude = '' }: { readonly include?: string; readonly exclude?: string }) {
    this.#include = compiled(include);
    this.#exclude = compiled(exclude);
  }

  shows(name: string): boolean {
    let shown = this.#known.get(name);
    if (shown === undefined) {
      shown = !(this.#exclude?.test(name) ?? false) && (this.#include?.test(name) ?? true);
      if (this.#known.size >= 10_000) this.#known.clear();
      this.#known.set(name, shown);
    }
    return shown;
  }
}

/**
 * A filter from a pair of flags of which only one may be used.
 * @throws CollectorFlagError
 */
export function exclusiveFilter(what: string, include: string, exclude: string): PatternFilter {
  if (include !== '' && exclude !== '') {
    throw new CollectorFlagError(`${what}-exclude & ${what}-include are mutually exclusive`);
  }
  return new PatternFilter({ include, exclude });
}

function compiled(pattern: string): SearchRegexp | undefined {
  if (pattern === '') return undefined;
  try {
    return compile(pattern);
  } catch (cause) {
    if (cause instanceof RegexpError) throw new CollectorFlagError(cause.message, { cause });
    throw cause;
  }
}
