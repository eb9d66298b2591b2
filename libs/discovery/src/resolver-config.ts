import { readFileSync } from 'node:fs';

/** Where names are asked for, and how short ones are made whole: what `/etc/resolv.conf` says. */
export interface ResolverConfig {
  /** Addresses of name servers, as `Resolver.setServers` of node:dns takes them. */
  readonly servers: readonly string[];
  /** Domains that are put behind short names. */
  readonly search: readonly string[];
  /** A name with so many dots is tried as it is first. */
  readonly ndots: number;
}

/**
 * Reads `/etc/resolv.conf` (resolv.conf(5)): the keywords `nameserver`, `domain`, `search` and `options ndots:`.
 * @throws Error of the file system
 */
export function readResolverConfig(path = '/etc/resolv.conf'): ResolverConfig {
  return parseResolverConfig(readFileSync(path, 'utf8'));
}

export function parseResolverConfig(text: string): ResolverConfig {
  const servers: string[] = [];
  let search: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    const [first] = words;
    if (keyword === 'nameserver' && first !== undefined) servers.push(first);
    else if (keyword === 'domain' && first !== undefined) search = [first];
    else if (keyword === 'search') search = words;
    else if (keyword === 'options') {
      const given = words
        .map((word) => /^ndots:(\d+)$/.exec(word)?.[1])
        .find((digits) => digits !== undefined);
      if (given !== undefined) ndots = Math.min(Number(given), 15);
    }
  }
  return { servers, search, ndots };
}

/** The full names, each with its final dot, under which a name is looked for, in order. */
export function fullNames(name: string, { search, ndots }: ResolverConfig): readonly string[] {
  if (name.endsWith('.')) return [name];
  const dots = name.split('.').length - 1;
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}.`);
  return dots >= ndots ? [`${name}.`, ...searched] : [...searched, `${name}.`];
}
