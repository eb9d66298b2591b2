/**
 * Names and values of a form or of a URL's query, read as Go does: pairs with a semicolon or a wrong escape are left
 * out, and the first of them is the fault.
 */
export class FormValues {
  /** What was wrong with the text, in Go's words. */
  readonly fault: string | undefined;
  readonly #values = new Map<string, string[]>();

  constructor(text: string) {
    let fault: string | undefined;
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const equals = pair.indexOf('=');
      const texts = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      const wrong = pair.includes(';') ? 'invalid semicolon separator in query' : wrongEscape(texts);
      if (wrong !== undefined) {
        fault ??= wrong;
        continue;
      }
      const [name, value] = texts.map(unescaped) as [string, string];
      const known = this.#values.get(name);
      if (known === undefined) this.#values.set(name, [value]);
      else known.push(value);
    }
    this.fault = fault;
  }

  get names(): readonly string[] {
    return [...this.#values.keys()];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

/** The query of a request's address, once express has read it as these. */
export function queryOf({ query }: { readonly query: unknown }): FormValues {
  return query instanceof FormValues ? query : NOTHING;
}

const NOTHING = new FormValues('');

function wrongEscape(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const wrong = /%(?![\da-fA-F]{2}).{0,2}/s.exec(text);
    if (wrong !== null) return `invalid URL escape ${JSON.stringify(wrong[0])}`;
  }
  return undefined;
}

/** Bytes that are no UTF-8 become U+FFFD. */
function unescaped(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    const bytes = spaced.replace(/%([\da-fA-F]{2})|[^\0-\x7f]+/g, (part, hex: string | undefined) =>
      hex === undefined ? Buffer.from(part).toString('latin1') : String.fromCharCode(parseInt(hex, 16)),
    );
    return Buffer.from(bytes, 'latin1').toString();
  }
}
