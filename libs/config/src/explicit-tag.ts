import { plainScalarTag } from './scalar-tag.js';
import { type ScalarTag } from './yaml-node.js';

const PREFIX = 'tag:yaml.org,2002:';
const CHECKED = new Set<string>(['!!bool', '!!int', '!!float', '!!null']);
const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;

/** UTF-8 as the Latin-1 letters of its bytes: a character of several bytes, or a byte that belongs to none. */
const UTF8_OR_BYTE =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** What a scalar with a tag of its own stands for, or why upstream's YAML library refuses it, in its words. */
export type TaggedScalar = { readonly text: string; readonly tag: ScalarTag } | { readonly refusal: string };

/**
 * Reads a scalar that is written with a tag, such as `!!int 5` or `!!binary aGk=` (https://yaml.org/type/). Bytes of
 * `!!binary` that are no UTF-8 become the lone surrogates U+DC00 + byte.
 */
export function taggedScalar(text: string, fullTag: string): TaggedScalar {
  const tag = fullTag.startsWith(PREFIX) ? `!!${fullTag.slice(PREFIX.length)}` : fullTag;
  if (tag === '!!binary') return binaryScalar(text);
  if (!CHECKED.has(tag)) return { text, tag: '!!str' };
  const found = plainScalarTag(text);
  if (found === tag) return { text, tag: found };
  if (tag === '!!float' && found === '!!int') return { text, tag: '!!float' };
  return { refusal: `cannot decode ${found} \`${text}\` as a ${tag}` };
}

function binaryScalar(text: string): TaggedScalar {
  const base64 = text.replace(/[\r\n]/g, '');
  if (!BASE64.test(base64)) {
    return { refusal: '!!binary value contains invalid base64 data' };
  }
  const letters = Buffer.from(base64, 'base64').toString('latin1');
  const decoded = letters.replace(UTF8_OR_BYTE, (bytes) =>
    bytes.length > 1
      ? Buffer.from(bytes, 'latin1').toString('utf8')
      : String.fromCharCode(0xdc00 + bytes.charCodeAt(0)),
  );
  return { text: decoded, tag: '!!str' };
}
