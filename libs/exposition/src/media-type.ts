import { ExpositionError } from './errors.js';

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-zA-Z-]+/;
const SPECIAL = /[()<>@,;:\\"/[\]?=]/;

/**
 * The media type of a Content-Type header, in lower case, read with the strictness of Go's `mime.ParseMediaType`
 * (RFC 2045, RFC 2616).
 * @throws ExpositionError with Go's words.
 */
export function parseMediaType(header: string): string {
  const semicolon = header.indexOf(';');
  const base = semicolon < 0 ? header : header.slice(0, semicolon);
  const mediaType = base.toLowerCase().trim();
  checkMediaType(mediaType);
  const parameters = new Map<string, string>();
  let rest = header.slice(base.length).trimStart();
  while (rest !== '') {
    const parameter = takeParameter(rest);
    if (parameter === undefined) {
      if (rest.trim() === ';') break;
      throw new ExpositionError('mime: invalid media parameter');
    }
    const known = parameters.get(parameter.name);
    if (known !== undefined && known !== parameter.value)
      throw new ExpositionError('mime: duplicate parameter name');
    parameters.set(parameter.name, parameter.value);
    rest = parameter.rest.trimStart();
  }
  return mediaType;
}

function checkMediaType(text: string): void {
  const type = TOKEN.exec(text)?.[0] ?? '';
  if (type === '') throw new ExpositionError('mime: no media type');
  const rest = text.slice(type.length);
  if (rest === '') return;
  if (!rest.startsWith('/')) throw new ExpositionError('mime: expected slash after first token');
  const subtype = TOKEN.exec(rest.slice(1))?.[0] ?? '';
  if (subtype === '') throw new ExpositionError('mime: expected token after slash');
  if (rest.length > subtype.length + 1)
    throw new ExpositionError('mime: unexpected content after media subtype');
}

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly rest: string;
}

function takeParameter(text: string): Parameter | undefined {
  if (!text.startsWith(';')) return undefined;
  const afterSemicolon = text.slice(1).trimStart();
  const name = TOKEN.exec(afterSemicolon)?.[0];
  if (name === undefined) return undefined;
  const afterName = afterSemicolon.slice(name.length).trimStart();
  if (!afterName.startsWith('=')) return undefined;
  const value = takeValue(afterName.slice(1).trimStart());
  return value && { name: name.toLowerCase(), ...value };
}

function takeValue(text: string): { value: string; rest: string } | undefined {
  if (!text.startsWith('"')) {
    const value = TOKEN.exec(text)?.[0];
    return value === undefined ? undefined : { value, rest: text.slice(value.length) };
  }
  let value = '';
  for (let i = 1; i < text.length; i++) {
    const character = text[i]!;
    if (character === '"') return { value, rest: text.slice(i + 1) };
    if (character === '\r' || character === '\n') return undefined;
    const escapes = character === '\\' && i + 1 < text.length && SPECIAL.test(text[i + 1]!);
    value += escapes ? text[++i]! : character;
  }
  return undefined;
}
