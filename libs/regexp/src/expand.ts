type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly group: number }
  | { readonly kind: 'name'; readonly name: string };

/**
 * A replacement as Go's `regexp.Expand` reads it: `$name` takes the longest run of letters, digits and underscores;
 * `${name}` ends it early; a name of digits alone is a group's number; `$$` is `$`; a `$` that begins nothing stands
 * for itself. Groups that do not exist or took no part are empty.
 *
 * Rules: https://pkg.go.dev/regexp#Regexp.Expand
 */
export class ReplacementTemplate {
  readonly #parts: readonly Part[];

  constructor(template: string) {
    this.#parts = parse(template);
  }

  expand(groups: readonly (string | undefined)[], names: ReadonlyMap<string, number>): string {
    let result = '';
    for (const part of this.#parts) {
      if (part.kind === 'text') result += part.text;
      else {
        const group = part.kind === 'number' ? part.group : names.get(part.name);
        if (group !== undefined) result += groups[group] ?? '';
      }
    }
    return result;
  }
}

function parse(template: string): readonly Part[] {
  const parts: Part[] = [];
  const reference = /\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;
  let end = 0;
  for (const match of template.matchAll(reference)) {
    if (match.index > end) parts.push({ kind: 'text', text: template.slice(end, match.index) });
    const name = match[2] ?? match[3];
    parts.push(name === undefined ? { kind: 'text', text: '$' } : named(name));
    end = match.index + match[0].length;
  }
  if (end < template.length) parts.push({ kind: 'text', text: template.slice(end) });
  return parts;
}

/** Leading zeros and numbers from 10^8 on make a name, not a number. */
function named(name: string): Part {
  const isNumber = /^(?:0|[1-9]\d{0,7})$/.test(name);
  return isNumber ? { kind: 'number', group: Number(name) } : { kind: 'name', name };
}
