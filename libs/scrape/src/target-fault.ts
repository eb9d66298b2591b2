import { quoteGo } from '@narthex/model';

/** Why a URL cannot even be asked, in the words of Go's `net/url` and `net/http`; undefined when it can. */
export function urlFault(url: string): string | undefined {
  const [, scheme = '', host = ''] = /^([^:]*):\/\/([^/?#]*)/.exec(url) ?? [];
  const escaped = /%[0-9A-F]{2}/i.exec(host)?.[0];
  if (escaped !== undefined) return `parse ${quoteGo(url)}: invalid URL escape ${quoteGo(escaped)}`;
  const port = /^(?:\[.*\]|[^:]*)(:.*)$/.exec(host)?.[1];
  if (port !== undefined && !/^:\d*$/.test(port)) {
    return `parse ${quoteGo(url)}: invalid port ${quoteGo(port)} after host`;
  }
  if (scheme !== 'http' && scheme !== 'https') {
    return `Get ${quoteGo(url)}: unsupported protocol scheme ${quoteGo(scheme)}`;
  }
  if (port !== undefined && Number(port.slice(1)) > 65_535) {
    return `Get ${quoteGo(url)}: dial tcp: address ${port.slice(1)}: invalid port`;
  }
  return undefined;
}
