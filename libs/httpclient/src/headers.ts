import { quoteGo } from '@narthex/model';
import { CREDENTIAL_HEADERS } from './redirect.js';

/** By name; names in lower case once they are merged. */
export type Headers = Readonly<Record<string, string | string[]>>;

/**
 * What a request sends: its own headers, user agent and authorization where it has none itself, and over all of that
 * what `http_headers` configures. Names in lower case.
 */
export function mergedHeaders(parts: {
  readonly given: Readonly<Record<string, string>>;
  readonly userAgent: string;
  readonly authorization: string | undefined;
  readonly configured: Headers;
}): Record<string, string | string[]> {
  const { given, userAgent, authorization, configured } = parts;
  const merged: Record<string, string | string[]> = {
    'user-agent': userAgent,
    ...(authorization !== undefined && { authorization }),
  };
  for (const [name, value] of Object.entries(given)) merged[name.toLowerCase()] = value;
  for (const [name, values] of Object.entries(configured)) {
    if (values.length > 0) merged[name.toLowerCase()] = values;
  }
  return merged;
}

/** The headers that may go to any host. */
export function withoutCredentials(headers: Headers): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIAL_HEADERS.includes(name)));
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What keeps headers from being sent, in the words of Go's net/http; undefined when nothing does. */
export function headerFault(headers: Headers): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    const shown = canonicalHeader(name);
    if (!NAME.test(name)) return `net/http: invalid header field name ${quoteGo(shown)}`;
    if ([value].flat().some(hasControlCharacter))
      return `net/http: invalid header field value for ${quoteGo(shown)}`;
  }
  return undefined;
}

/** Whether a value has what no header may carry: control characters other than tabs. */
export function hasControlCharacter(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

/** A name as Go writes it: `X-Forwarded-For`. */
export function canonicalHeader(name: string): string {
  return NAME.test(name) ? name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()) : name;
}
