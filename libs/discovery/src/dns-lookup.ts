import { Resolver } from 'node:dns/promises';
import { type Logger } from '@narthex/process';
import { type DnsRecordType } from './dns-config.js';
import { DiscoveryError } from './errors.js';
import { fullNames, type ResolverConfig } from './resolver-config.js';

/** What a name stands for: a host or an address, and a port where the record has one. */
export interface DnsRecord {
  /** A host without its final dot, or an address. */
  readonly host: string;
  readonly port?: number;
}

/** What a server says: records (none where the name has no such ones), or that there is no such name. */
type Verdict = readonly DnsRecord[] | 'no such name';

interface Question {
  readonly type: DnsRecordType;
  readonly servers: readonly string[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** A server is given so long to answer before the next one is asked. */
const TIMEOUT_MS = 2000;

/**
 * Looks a name up under each of its full names, until one is known. None is found where no such name exists.
 * @throws DiscoveryError where a full name had no answer at all, so that nobody can say that there is nothing
 */
export async function lookUp(
  name: string,
  type: DnsRecordType,
  config: ResolverConfig,
  options: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<readonly DnsRecord[]> {
  const question = { type, servers: config.servers, ...options };
  let hasFailed = false;
  for (const fullName of fullNames(name, config)) {
    const verdict = await askServers(fullName, question);
    if (verdict === undefined) hasFailed = true;
    else if (verdict !== 'no such name') return verdict;
  }
  if (!hasFailed) return [];
  throw new DiscoveryError(
    `could not resolve "${name}": all servers responded with errors to at least one search domain`,
  );
}

/** Asks one server after the other; undefined where none has an answer. */
async function askServers(fullName: string, question: Question): Promise<Verdict | undefined> {
  const { type, servers, logger, signal } = question;
  for (const server of servers) {
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      resolver.setServers([server]);
      return await records(resolver, fullName, type);
    } catch (error) {
      signal.throwIfAborted();
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENODATA') return [];
      if (code === 'ENOTFOUND') return 'no such name';
      logger.warn('DNS resolution failed', { server, name: fullName, err: error as Error });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
  return undefined;
}

async function records(resolver: Resolver, name: string, type: DnsRecordType): Promise<readonly DnsRecord[]> {
  const hosts = (found: readonly string[]): readonly DnsRecord[] => found.map((host) => ({ host }));
  switch (type) {
    case 'SRV':
      return (await resolver.resolveSrv(name)).map(({ name: host, port }) => ({ host, port }));
    case 'MX':
      return (await resolver.resolveMx(name)).map(({ exchange: host }) => ({ host }));
    case 'A':
      return hosts(await resolver.resolve4(name));
    case 'AAAA':
      return hosts(await resolver.resolve6(name));
    case 'NS':
      return hosts(await resolver.resolveNs(name));
  }
}
