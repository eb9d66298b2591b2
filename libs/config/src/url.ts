import { quoteGo } from '@narthex/model';

/**
 * Checks what Go's `url.Parse` checks, which is little: any relative reference passes. Returns the text as it is.
 * @throws Error with Go's words.
 */
export function parseUrl(address: string): string {
  const refuse = (reason: string): Error => new Error(`parse ${quoteGo(address)}: ${reason}`);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(address)) throw refuse('net/url: invalid control character in URL');
  if (address.startsWith(':')) throw refuse('missing protocol scheme');
  const escape = /%(?![\da-fA-F]{2})(.{0,2})/.exec(address);
  if (escape !== null) throw refuse(`invalid URL escape ${quoteGo(`%${escape[1] ?? ''}`)}`);
  const scheme = /^([a-zA-Z][\w+.-]*):/.exec(address);
  const afterScheme = scheme === null ? address : address.slice(scheme[0].length);
  if (scheme === null && /^[^/?#]*:/.test(address))
    throw refuse('first path segment in URL cannot contain colon');
  if (!afterScheme.startsWith('//')) return address;
  const authority = /^\/\/([^/?#]*)/.exec(afterScheme)?.[1] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host.startsWith('[') && !host.includes(']')) throw refuse("missing ']' in host");
  const port = /(?:\]|^[^:[]*)(:.*)$/.exec(host)?.[1];
  if (port !== undefined && !/^:\d*$/.test(port)) throw refuse(`invalid port ${quoteGo(port)} after host`);
  const bad = /[ "<>\\^`{|}]/.exec(host);
  if (bad !== null) throw refuse(`invalid character ${quoteGo(bad[0])} in host name`);
  return address;
}
