import { hostname } from 'node:os';
import { ExternalUrlError } from './errors';

/**
 * The URL under which people reach this program, without a slash at the end: as it is given, or made from the host's
 * name and the port of the first listen address.
 * @throws ExternalUrlError
 */
export function externalUrl(given: string, listenAddress: string): string {
  const port = /:(\d+)$/.exec(listenAddress)?.[1] ?? '';
  const address = given === '' ? `http://${hostname()}:${port}/` : given;
  const quoted = JSON.stringify(address);
  if (/^(["']).*\1$/.test(address)) throw new ExternalUrlError('URL must not begin or end with quotes');
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new ExternalUrlError(
      `${quoted}: invalid "${url?.protocol.slice(0, -1) ?? ''}" scheme, only 'http' and 'https' are supported`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
