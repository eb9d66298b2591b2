import { type Response } from 'express';

/** Redirects with the short page of Go's http.Redirect. */
export function redirect(response: Response, status: 301 | 302, location: string): void {
  response.status(status).setHeader('Location', location);
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
