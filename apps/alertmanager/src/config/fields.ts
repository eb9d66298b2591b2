import { isAbsent, parsed, parseUrl, Secret, typeIssue, YamlScalar, type Field } from '@narthex/config';
import { parseGoDuration } from '@narthex/process';
import { z } from 'zod';
import { formatGoDuration, isGoDuration } from './go-duration';

/** A `host:port`, each a text. */
export interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** A URL that upstream takes for outgoing requests, normalised as Go prints it. Absent is undefined. */
export function httpUrl(options: { readonly default?: string } = {}): Field<string | undefined> {
  return parsed<string | undefined>(options.default, {
    parse: checkHttpUrl,
    print: (address) => address ?? null,
  });
}

/** A URL that is a secret. */
export function secretUrl(): Field<Secret | undefined> {
  return parsed<Secret | undefined>(undefined, {
    parse: (address) => new Secret(checkHttpUrl(address)),
    print: (value) => (value === undefined ? null : '<secret>'),
  });
}

/** @throws Error with upstream's words */
export function checkHttpUrl(address: string): string {
  const checked = parseUrl(address);
  const scheme = /^([a-zA-Z][\w+.-]*):/.exec(checked)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'http' && scheme !== 'https') throw new Error(`unsupported scheme "${scheme}" for URL`);
  if (/^\w+:\/\/(?:[^/?#@]*@)?(?:[/?#]|$)/.test(checked) || !checked.includes('://')) {
    throw new Error('missing host for URL');
  }
  return checked;
}

/** A duration in Go's own syntax, in milliseconds; a bare number counts nanoseconds. */
export function goDuration(): Field<number> {
  return z.codec(z.unknown(), z.number(), {
    decode: (node, context) => {
      if (isAbsent(node)) return 0;
      if (node instanceof YamlScalar) {
        if (/^\d+$/.test(node.text)) return Number(node.text) / 1e6;
        if (isGoDuration(node.text)) return parseGoDuration(node.text);
      }
      typeIssue(context, node, 'time.Duration');
      return z.NEVER;
    },
    encode: formatGoDuration,
  });
}

/** `host:port`; absent is undefined. */
export function hostPort(): Field<HostPort | undefined> {
  return parsed<HostPort | undefined>(undefined, {
    parse: parseHostPort,
    print: (address) => (address === undefined ? null : formatHostPort(address)),
  });
}

function parseHostPort(address: string): HostPort | undefined {
  if (address === '') return undefined;
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(address);
  if (parts === null) {
    throw new Error(
      `address ${address}: ${address.includes(':') ? 'too many colons in address' : 'missing port in address'}`,
    );
  }
  const port = parts[3]!;
  if (port === '') throw new Error(`address "${address}": port cannot be empty`);
  return { host: parts[1] ?? parts[2]!, port };
}

/** The opposite of reading one: brackets around an IPv6 address. */
export function formatHostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
