import { isPrintable } from './quote.js';

const htmlEscapes: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** Go's `template.HTMLEscapeString`. */
export function escapeHtmlText(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => htmlEscapes[character] ?? character);
}

const jsEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"' };

/** Go's `template.JSEscapeString`. */
export function escapeJsText(text: string): string {
  let result = '';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const simple = jsEscapes[character];
    if (simple !== undefined) result += simple;
    else if (point < 0x20 || '<>&='.includes(character)) result += `\\u${hex4(point)}`;
    else if (point < 0x80 || isPrintable(point)) result += character;
    else result += `\\u${hex4(point)}`;
  }
  return result;
}

function hex4(point: number): string {
  return point.toString(16).toUpperCase().padStart(4, '0');
}

/** Go's `url.QueryEscape`: a space becomes `+`. */
export function escapeQuery(text: string): string {
  return encodeURIComponent(text.replaceAll(/[\ud800-\udfff]/gu, '\ufffd'))
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (character) => `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`);
}
