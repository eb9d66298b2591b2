import { type SyntaxNode } from './syntax.js';

/**
 * One way to match a whole value: `pieces[0] gap pieces[1] gap … pieces[n]`, where gap i is any text of at least
 * `gaps[i]` (0 or 1) characters. A glob without gaps is a plain literal.
 */
export interface Glob {
  readonly pieces: readonly string[];
  readonly gaps: readonly (0 | 1)[];
  /** `fold`: letters match in both cases and `pieces` are lower-case ASCII. `none`: there are no letters. */
  readonly letters: 'none' | 'exact' | 'fold';
  /** Some gap does not match a newline. */
  readonly noNewline: boolean;
}

/** A product of alternatives beyond this is left to the engine; upstream stops at the same figure. */
const maxProduct = 256;

const empty: Glob = { pieces: [''], gaps: [], letters: 'none', noNewline: false };

/** The finite list of globs that together match what `node` matches, or undefined where there is none. */
export function globsOf(node: SyntaxNode): readonly Glob[] | undefined {
  return expand(node, true, true);
}

function expand(node: SyntaxNode, atStart: boolean, atEnd: boolean): readonly Glob[] | undefined {
  switch (node.kind) {
    case 'literal':
      return wrap(literal(node.text, node.fold));
    case 'class': {
      const globs = node.characters.map((character) => literal(character, node.fold));
      return globs.every((glob) => glob !== undefined) ? globs : undefined;
    }
    case 'begin':
      return atStart ? [empty] : undefined;
    case 'end':
      return atEnd ? [empty] : undefined;
    case 'any':
    case 'opaque':
      return undefined;
    case 'concat':
      return product(node.parts, atStart, atEnd);
    case 'alternate': {
      const all: Glob[] = [];
      for (const option of node.options) {
        const globs = expand(option, atStart, atEnd);
        if (globs === undefined) return undefined;
        for (const glob of globs) all.push(glob);
      }
      return all;
    }
    case 'repeat':
      return repeat(node.part, node.min, node.max);
  }
}

function product(
  parts: readonly SyntaxNode[],
  atStart: boolean,
  atEnd: boolean,
): readonly Glob[] | undefined {
  let result: readonly Glob[] = [empty];
  for (const [index, part] of parts.entries()) {
    const next = expand(part, atStart && index === 0, atEnd && index === parts.length - 1);
    if (next === undefined) return undefined;
    const crossed = cross(result, next);
    if (crossed === undefined) return undefined;
    result = crossed;
  }
  return result;
}

function cross(left: readonly Glob[], right: readonly Glob[]): readonly Glob[] | undefined {
  if (Math.min(left.length, right.length) > 1 && left.length * right.length > maxProduct) return undefined;
  const result: Glob[] = [];
  for (const first of left) {
    for (const second of right) {
      const joined = join(first, second);
      if (joined === undefined) return undefined;
      result.push(joined);
    }
  }
  return result;
}

function repeat(part: SyntaxNode, min: number, max: number): readonly Glob[] | undefined {
  if (part.kind === 'any' && max === Infinity && min <= 1) {
    const gap = min === 0 ? 0 : 1;
    return [{ pieces: ['', ''], gaps: [gap], letters: 'none', noNewline: !part.newline }];
  }
  if (max === Infinity || max > maxProduct) return undefined;
  const once = expand(part, false, false);
  if (once === undefined) return undefined;
  const all: Glob[] = [];
  let times: readonly Glob[] = [empty];
  for (let count = 0; count <= max; count++) {
    if (count >= min) all.push(...times);
    if (count === max) break;
    const more = cross(times, once);
    if (more === undefined || all.length + more.length > maxProduct) return undefined;
    times = more;
  }
  return all;
}

function literal(text: string, fold: boolean): Glob | undefined {
  if (!fold) return { ...empty, pieces: [text], letters: /\p{L}/u.test(text) ? 'exact' : 'none' };
  if (!isAscii(text)) return undefined;
  return { ...empty, pieces: [text.toLowerCase()], letters: /[a-z]/i.test(text) ? 'fold' : 'none' };
}

function wrap(glob: Glob | undefined): readonly Glob[] | undefined {
  return glob === undefined ? undefined : [glob];
}

function join(left: Glob, right: Glob): Glob | undefined {
  if (left.letters !== 'none' && right.letters !== 'none' && left.letters !== right.letters) return undefined;
  const letters = left.letters === 'none' ? right.letters : left.letters;
  const middle = (left.pieces.at(-1) ?? '') + (right.pieces[0] ?? '');
  const pieces = [...left.pieces.slice(0, -1), middle, ...right.pieces.slice(1)];
  if (letters === 'fold' && !pieces.every(isAscii)) return undefined;
  return mergeGaps({
    pieces,
    gaps: [...left.gaps, ...right.gaps],
    letters,
    noNewline: left.noNewline || right.noNewline,
  });
}

/** `.*.*` is one gap; `.+.+` asks for two characters, which a glob cannot say. */
function mergeGaps(glob: Glob): Glob | undefined {
  const pieces = [...glob.pieces];
  const gaps = [...glob.gaps];
  for (let index = 1; index < pieces.length - 1;) {
    if (pieces[index] !== '') {
      index++;
      continue;
    }
    const together = (gaps[index - 1] ?? 0) + (gaps[index] ?? 0);
    if (together > 1) return undefined;
    pieces.splice(index, 1);
    gaps.splice(index - 1, 2, together === 0 ? 0 : 1);
  }
  return { ...glob, pieces, gaps };
}

/** True where every character is ASCII, for which folding is lower-casing. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}

/** The text every match begins with; '' where unknown or where letters fold. */
export function literalPrefix(node: SyntaxNode): string {
  switch (node.kind) {
    case 'literal':
      return node.fold ? '' : node.text;
    case 'concat': {
      let prefix = '';
      for (const part of node.parts) {
        if (part.kind === 'begin' && prefix === '') continue;
        prefix += literalPrefix(part);
        if (part.kind !== 'literal' || part.fold) break;
      }
      return prefix;
    }
    case 'alternate': {
      const prefixes = node.options.map(literalPrefix);
      return prefixes.reduce(commonPrefix);
    }
    case 'repeat':
      return node.min > 0 ? literalPrefix(node.part) : '';
    case 'class':
    case 'any':
    case 'begin':
    case 'end':
    case 'opaque':
      return '';
  }
}

function commonPrefix(left: string, right: string): string {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  // Never end in half a surrogate pair.
  const last = left.charCodeAt(length - 1);
  return left.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
