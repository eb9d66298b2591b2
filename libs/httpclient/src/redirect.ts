import { parseUrl } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { HttpRequestError } from './errors.js';
import { requestFailure } from './go-reasons.js';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 10;

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: string;
  readonly method: string;
  readonly body: string | Uint8Array | undefined;
  readonly referer: string | undefined;
  /** Whether some request of the chain left the first host: credentials stay behind from then on. */
  readonly hasLeftHost: boolean;
  /** How many redirects led here. */
  readonly count: number;
}

/** Where an answer sends the client, or undefined where it is an answer to keep. */
export function redirectLocation(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): string | undefined {
  const { location } = headers;
  const first = Array.isArray(location) ? location[0] : location;
  return REDIRECTS.includes(status) && first !== '' ? first : undefined;
}

/**
 * The request that a redirect asks for, as Go's net/http makes it.
 * @throws HttpRequestError where it cannot be followed.
 */
export function nextHop(hop: Hop, status: number, location: string, firstUrl: string): Hop {
  const { method } = hop;
  let url: URL;
  try {
    parseUrl(location);
    // Go knows hosts that are empty; the URL standard takes the next part of the path for one.
    if (/^https?:\/\/\//i.test(location)) throw new EmptyHostError(location);
    url = new URL(location, hop.url);
  } catch (cause) {
    if (cause instanceof EmptyHostError) throw failed(method, location, 'http: no Host in request URL');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw failed(method, hop.url, `failed to parse Location header ${quoteGo(location)}: ${reason}`);
  }
  if (hop.count >= MAX_REDIRECTS) throw failed(method, location, `stopped after ${MAX_REDIRECTS} redirects`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw failed(method, url.href, `unsupported protocol scheme ${quoteGo(url.protocol.slice(0, -1))}`);
  }
  const from = new URL(hop.url);
  const keepsBody = status >= 307;
  return {
    url: url.href,
    method: keepsBody || method === 'HEAD' ? method : 'GET',
    body: keepsBody ? hop.body : undefined,
    referer: from.protocol === 'https:' && url.protocol === 'http:' ? undefined : withoutUser(from),
    hasLeftHost: hop.hasLeftHost || !isWithin(url.hostname, new URL(firstUrl).hostname),
    count: hop.count + 1,
  };
}

/** Headers with credentials, which net/http does not send to another host. */
export const CREDENTIAL_HEADERS: readonly string[] = [
  'authorization',
  'www-authenticate',
  'cookie',
  'cookie2',
  'proxy-authorization',
  'proxy-authenticate',
];

class EmptyHostError extends Error {}

function failed(method: string, url: string, reason: string): HttpRequestError {
  return new HttpRequestError(requestFailure(method, url, reason));
}

/** The host itself, or a part of its domain. */
function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$|:/.test(host));
}

function withoutUser(url: URL): string {
  const plain = new URL(url);
  plain.username = plain.password = '';
  return plain.href;
}
