import { parseUrl } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { ListenError, normalizeRoutePrefix, parseListenAddress } from '@narthex/http';

/**
 * Where the server is reached from outside. Any reference that Go parses will do, `/prometheus` too, so that the parts
 * of it that a `URL` always has may be empty here.
 */
export interface ExternalUrl {
  /** All of it, without slashes at the end of its path. */
  readonly href: string;
  /** Empty or `/prefix`. */
  readonly pathname: string;
  /** With the port, if it has one. */
  readonly host: string;
  /** With its colon. */
  readonly protocol: string;
}

/** Where the server is reached from outside, and under which prefix its own routes stand. */
export interface ServedAt {
  readonly externalUrl: ExternalUrl;
  /** Empty or `/prefix`: of the routes. */
  readonly routePrefix: string;
}

/**
 * Fills in what `--web.external-url` and `--web.route-prefix` leave out, by upstream's rules: the host's name and the
 * listening port; the path of the URL.
 * @throws Error with upstream's words.
 */
export function servedAt(
  flags: {
    readonly 'web.external-url': string;
    readonly 'web.route-prefix': string;
    readonly 'web.listen-address': readonly string[];
  },
  hostname: string,
): ServedAt {
  const given = flags['web.external-url'];
  const externalUrl = parseExternalUrl(given, () => {
    const [first = ''] = flags['web.listen-address'];
    return `http://${hostname}:${parseListenAddress(first).port}/`;
  });
  const routePrefix = flags['web.route-prefix'] === '' ? externalUrl.pathname : flags['web.route-prefix'];
  return { externalUrl, routePrefix: normalizeRoutePrefix(routePrefix) };
}

function parseExternalUrl(given: string, computed: () => string): ExternalUrl {
  try {
    if (/^["']|["']$/.test(given)) throw new Error('URL must not begin or end with quotes');
    return partsOf(parseUrl(given === '' ? computed() : given));
  } catch (cause) {
    const reason = cause instanceof ListenError ? cause.reason : (cause as Error).message;
    throw new Error(`parse external URL ${quoteGo(given)}: ${reason}`, { cause });
  }
}

/** Scheme, authority, path, and what is behind it (RFC 3986, appendix B). */
const PARTS = /^(?:([a-zA-Z][\w+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/s;

function partsOf(address: string): ExternalUrl {
  const [, scheme = '', authority, path = '', rest = ''] = PARTS.exec(address) ?? [];
  const protocol = scheme === '' ? '' : `${scheme.toLowerCase()}:`;
  // Such as `mailto:x`: what stands behind the scheme is no path.
  const isOpaque = scheme !== '' && authority === undefined && !path.startsWith('/');
  const trimmed = isOpaque ? '' : path.replace(/\/+$/, '');
  const pathname = escaped(trimmed === '' || trimmed.startsWith('/') ? trimmed : `/${trimmed}`);
  const place = isOpaque ? path : `${authority === undefined ? '' : `//${authority}`}${pathname}`;
  const host = authority?.slice(authority.lastIndexOf('@') + 1) ?? '';
  return { href: protocol + place + rest, pathname, host, protocol };
}

/** As Go writes a path: what may not stand in one is escaped, what is escaped stays. */
function escaped(path: string): string {
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/%]+/gu, encodeURIComponent);
}
