import { type GoValue } from '../values/value.js';
import { contentOf, failsafe } from './content.js';
import { decodeCss } from './css-text.js';

const escaped = new Set('\0\t\n\f\r"&\'()+/:;<>\\{}');

/** For strings of style sheets. */
export function cssEscaper(args: readonly GoValue[]): string {
  const { text } = contentOf(args);
  let result = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (!escaped.has(character)) {
      result += character;
    } else if (character === '\\') {
      result += '\\\\';
    } else {
      result += `\\${character.charCodeAt(0).toString(16)}`;
      // A space ends the escape where the next character would be read into it.
      if (index === text.length - 1 || /[0-9a-fA-F\t\n\f\r ]/.test(text.charAt(index + 1))) result += ' ';
    }
  }
  return result;
}

/** For values of properties: numbers, names and colours, nothing that could begin something else. */
export function cssValueFilter(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  if (safe === 'css') return text;
  const value = decodeCss(text);
  if (/[\0"'()/;@[\\\]`{}<>]|--/.test(value)) return failsafe;
  const names = value.replace(/\W/g, '').toLowerCase();
  return /expression|mozbinding/.test(names) ? failsafe : value;
}
