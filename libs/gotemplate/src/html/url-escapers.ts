import { type GoValue } from '../values/value.js';
import { contentOf, failsafe } from './content.js';

/** Lets through URLs without a scheme or with one that runs no script. */
export function urlFilter(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  return safe === 'url' || isSafeUrl(text) ? text : `#${failsafe}`;
}

function isSafeUrl(url: string): boolean {
  const colon = url.indexOf(':');
  if (colon < 0) return true;
  const scheme = url.slice(0, colon);
  return scheme.includes('/') || ['http', 'https', 'mailto'].includes(scheme.toLowerCase());
}

/** For a part of a query or fragment: everything that has a meaning in URLs is encoded. */
export function urlEscaper(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  return encodeUrl(text, safe === 'url');
}

/** For a URL as a whole: what is encoded already and what has a meaning stays. */
export function urlNormalizer(args: readonly GoValue[]): string {
  return encodeUrl(contentOf(args).text, true);
}

function encodeUrl(text: string, normalize: boolean): string {
  let result = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = byte < 0x80 ? String.fromCharCode(byte) : '';
    if (character !== '' && /[\w.~-]/.test(character)) result += character;
    else if (character !== '' && normalize && '!#$&*+,/:;=?@[]'.includes(character)) result += character;
    else result += `%${byte.toString(16).padStart(2, '0')}`;
  }
  return normalize ? result.replace(/%25(?=[0-9a-fA-F]{2})/g, '%') : result;
}

/** Image candidates of `srcset`: each a URL and a width or density. */
export function sourceSetEscaper(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  if (safe === 'sourceSet') return text;
  if (safe === 'url') return encodeUrl(text, true).replaceAll(',', '%2c');
  return text
    .split(',')
    .map((candidate) => sourceSetCandidate(candidate))
    .join(',');
}

function sourceSetCandidate(candidate: string): string {
  const parts = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([^]*)$/.exec(candidate);
  const [, before = '', url = '', metadata = ''] = parts ?? [];
  if (!isSafeUrl(url) || !/^[a-zA-Z0-9\t\n\f\r ]*$/.test(metadata)) return `#${failsafe}`;
  return before + encodeUrl(url, true) + metadata;
}
