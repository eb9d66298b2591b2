import { type RequestHandler } from 'express';
import { redirect } from '@narthex/http';

const ESCAPE = /%([0-9a-f]{2})/gi;
/** Characters that mean the same whether they are escaped or not (https://www.rfc-editor.org/rfc/rfc3986#section-2.3). */
const UNRESERVED = /[\w.~-]/;

/**
 * Makes of a request's address what Go's server makes of it: what cannot be decoded is answered 400, paths with double
 * slashes and dots are redirected to what they come to, escaped letters are the letters, and `#` is a character like
 * any other.
 */
export const cleanPath: RequestHandler = (request, response, next) => {
  const [, path = '', query = ''] = /^([^?]*)(.*)$/s.exec(request.originalUrl) ?? [];
  if (path === '*' && request.method !== 'OPTIONS') {
    response.status(400).end();
    return;
  }
  if (/%(?![0-9a-f]{2})/i.test(path)) {
    response.status(400).setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end('400 Bad Request');
    return;
  }
  const decoded = path.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const clean = cleaned(decoded);
  if (clean !== decoded && path.startsWith('/')) {
    redirect(response, 301, escaped(clean) + query, request.method);
    return;
  }
  request.url = (path.replace(ESCAPE, plainWherePossible) + query).replaceAll('#', '%23');
  next();
};

function plainWherePossible(escape: string, hex: string): string {
  const character = String.fromCharCode(parseInt(hex, 16));
  return UNRESERVED.test(character) ? character : escape;
}

function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const ends = /(?:\/|\/\.{1,2})$/.test(path) && parts.length > 0 ? '/' : '';
  return `/${parts.join('/')}${ends}`;
}

/** A path of bytes as Go writes it in an address. */
function escaped(path: string): string {
  return path.replace(/[^\w.~$&+,/:;=@-]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
