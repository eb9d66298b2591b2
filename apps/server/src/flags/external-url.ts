import { parseUrl } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { ListenError, normalizeRoutePrefix, parseListenAddress } from '@narthex/http';

/** Where the server is reached from outside, and under which prefix its own routes stand. */
export interface ServedAt {
  /** Without a slash at its end. */
  readonly externalUrl: URL;
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
  externalUrl.pathname = normalizeRoutePrefix(externalUrl.pathname);
  const routePrefix = flags['web.route-prefix'] === '' ? externalUrl.pathname : flags['web.route-prefix'];
  return { externalUrl, routePrefix: normalizeRoutePrefix(routePrefix) };
}

function parseExternalUrl(given: string, computed: () => string): URL {
  try {
    if (/^["']|["']$/.test(given)) throw new Error('URL must not begin or end with quotes');
    const url = new URL(given === '' ? computed() : parseUrl(given));
    url.search = '';
    url.hash = '';
    return url;
  } catch (cause) {
    throw new Error(`parse external URL ${quoteGo(given)}: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof TypeError) return 'URL must be absolute';
  return cause instanceof ListenError ? cause.reason : (cause as Error).message;
}
