import { type Response } from 'express';

/** Redirects as Go's http.Redirect: to GET with a short page, to HEAD with its headers, to others with nothing. */
export function redirect(
  response: Response,
  status: 301 | 302 | 307,
  location: string,
  method = 'GET',
): void {
  response.status(status).setHeader('Location', location);
  if (method !== 'GET' && method !== 'HEAD') {
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  const text = status === 301 ? 'Moved Permanently' : 'Found';
  response.end(`<a href="${escapeHtml(location)}">${text}</a>.\n\n`);
}

export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}
