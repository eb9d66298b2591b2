import { sprint } from '../format/sprintf.js';
import { type GoValue, TypedValue } from '../values/value.js';
import { contentOf, safeKindOf } from './content.js';
import { EscapeFault } from './fault.js';
import { marshalJson } from './json.js';

/** A value as a JavaScript expression. */
export function jsValueEscaper(args: readonly GoValue[]): string {
  const [only = null] = args;
  let value: GoValue = args.length === 1 ? only : sprint(args);
  if (value instanceof TypedValue) {
    const safe = safeKindOf(value);
    if (safe === 'js') return String(value.value);
    if (safe === 'jsString') return `"${String(value.value)}"`;
    const { type } = value;
    const text = type.json(value.value) === undefined ? type.text(value.value) : undefined;
    if (text !== undefined) value = text;
  }
  let json: string;
  try {
    json = marshalJson(value);
  } catch (error) {
    if (!(error instanceof EscapeFault)) throw error;
    const reason = error.message
      .replaceAll('*/', '* /')
      .replaceAll('</script', '\\x3C/script')
      .replaceAll('<!--', '\\x3C!--');
    return ` /* ${reason} */null `;
  }
  // A name or number must not grow together with what stands around it.
  const isWord = /^[\w$]/.test(json) || /[\w$]$/.test(json);
  return isWord ? ` ${json} ` : json;
}

const controls: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

function unicode(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** Escapes the characters of `special` as `\u…`, those of `slashed` with a backslash, and controls. */
function escapeCharacters(text: string, special: string, slashed: string): string {
  let result = '';
  for (const character of text) {
    if (controls[character] !== undefined) result += controls[character];
    else if (slashed.includes(character)) result += `\\${character}`;
    else if (special.includes(character)) result += unicode(character);
    else result += character;
  }
  return result;
}

const stringSpecial = '\0\v"`&\'+<>\u2028\u2029';

export function jsStringEscaper(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  return escapeCharacters(text, stringSpecial, safe === 'jsString' ? '/' : '/\\');
}

export function jsTemplateLiteralEscaper(args: readonly GoValue[]): string {
  return escapeCharacters(contentOf(args).text, `${stringSpecial}\${}`, '/\\');
}

export function jsRegexpEscaper(args: readonly GoValue[]): string {
  const { text } = contentOf(args);
  // Two slashes would begin a comment.
  if (text === '') return '(?:)';
  return escapeCharacters(text, '\0\v"&\'+<>\u2028\u2029', '$()*-./?[\\]^{|}');
}
