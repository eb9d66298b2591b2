const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go's encoding/json writes it (https://pkg.go.dev/encoding/json#Marshal): safe inside HTML. */
export function goJson(value: unknown, indent = ''): string {
  return JSON.stringify(value, undefined, indent).replace(/[<>&\u2028\u2029]/g, (sign) => ESCAPES[sign]!);
}
