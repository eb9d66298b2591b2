/**
 * A label's name out of a path: names that begin with `U__` are escaped, `_2e_` for a character by its code, `__` for
 * an underscore (https://prometheus.io/docs/instrumenting/escaping_schemes/). What is not escaped right stays as it is.
 */
export function unescapeLabelName(given: string): string {
  if (!given.startsWith('U__')) return given;
  let name = '';
  const rest = given.slice('U__'.length);
  const escape = /__|_([\da-fA-F]{1,6})_|([^_])/gy;
  let end = 0;
  for (let match = escape.exec(rest); match !== null; match = escape.exec(rest)) {
    end = escape.lastIndex;
    if (match[2] !== undefined) name += match[2];
    else if (match[1] === undefined) name += '_';
    else {
      const code = parseInt(match[1], 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return given;
      name += String.fromCodePoint(code);
    }
  }
  return end === rest.length ? name : given;
}
