import { type RequestHandler } from 'express';
import { redirect } from './redirect.js';

/** Redirects paths with double slashes and dots to what they come to, as Go's ServeMux does. */
export const cleanPath: RequestHandler = (request, response, next) => {
  const [, path = '', query = ''] = /^([^?]*)(.*)$/s.exec(request.originalUrl) ?? [];
  const clean = cleaned(path);
  if (clean === path || !path.startsWith('/')) next();
  else redirect(response, 301, clean + query, request.method);
};

function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const ends = /(?:\/|\/\.{1,2})$/.test(path) && parts.length > 0 ? '/' : '';
  return `/${parts.join('/')}${ends}`;
}
