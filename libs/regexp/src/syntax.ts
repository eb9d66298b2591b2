/**
 * A reading of RE2 syntax that knows only what the fast paths can use. Everything else becomes `opaque`: a part about
 * which nothing is claimed, or, where even its extent or its legality is in doubt, makes the whole reading undefined.
 * What it reads, RE2 accepts.
 *
 * Syntax: https://github.com/google/re2/wiki/Syntax
 */
export type SyntaxNode =
  | { readonly kind: 'literal'; readonly text: string; readonly fold: boolean }
  /** One character out of a small set. */
  | { readonly kind: 'class'; readonly characters: readonly string[]; readonly fold: boolean }
  | { readonly kind: 'any'; readonly newline: boolean }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  | { readonly kind: 'concat'; readonly parts: readonly SyntaxNode[] }
  | { readonly kind: 'alternate'; readonly options: readonly SyntaxNode[] }
  /** `max` is Infinity for an open repetition. */
  | { readonly kind: 'repeat'; readonly part: SyntaxNode; readonly min: number; readonly max: number }
  | { readonly kind: 'opaque' };

const opaque: SyntaxNode = { kind: 'opaque' };
/** More members make a class opaque. */
const maxClassMembers = 256;
/** Larger counts are left to the engine, which limits their product over nested repetitions. */
const maxCount = 10;
/** Deeper groups make the whole pattern opaque; bounds the recursion. */
const maxDepth = 100;

interface Flags {
  readonly fold: boolean;
  readonly dotNewline: boolean;
}

class Reader {
  readonly #text: string;
  readonly #names = new Set<string>();
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined where the text is beyond this reading. */
  pattern(flags: Flags): SyntaxNode | undefined {
    const node = this.#alternation(flags);
    return this.#position === this.#text.length ? node : undefined;
  }

  #peek(): string {
    return this.#text.charAt(this.#position);
  }

  #accept(token: string): boolean {
    if (!this.#text.startsWith(token, this.#position)) return false;
    this.#position += token.length;
    return true;
  }

  /** Reads up to the closing parenthesis or the end; flags set inside hold until there. */
  #alternation(outer: Flags): SyntaxNode | undefined {
    if (++this.#depth > maxDepth) return undefined;
    let flags = outer;
    const options: SyntaxNode[] = [];
    let parts: SyntaxNode[] = [];
    while (this.#position < this.#text.length && this.#peek() !== ')') {
      if (this.#accept('|')) {
        options.push(concat(parts));
        parts = [];
        continue;
      }
      const changed = this.#flagGroup(flags);
      if (changed !== undefined) {
        flags = changed;
        continue;
      }
      const atom = this.#atom(flags);
      if (atom === undefined) return undefined;
      const node = this.#repetition(atom);
      if (node === undefined) return undefined;
      parts.push(node);
    }
    options.push(concat(parts));
    this.#depth--;
    return options.length === 1 ? options[0] : { kind: 'alternate', options };
  }

  /** `(?flags)`, which changes the flags of what follows. */
  #flagGroup(flags: Flags): Flags | undefined {
    const match = /^\(\?([imsU]*-[imsU]+|[imsU]+)\)/.exec(
      this.#text.slice(this.#position, this.#position + 32),
    );
    if (match === null) return undefined;
    this.#position += match[0].length;
    return withFlags(flags, match[1] ?? '');
  }

  #atom(flags: Flags): SyntaxNode | undefined {
    // A repetition of nothing; a brace that begins no count is a literal.
    if (this.#bounds() !== undefined) return undefined;
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group(flags);
      case '[':
        return this.#class(flags);
      case '\\':
        return this.#escape(flags);
      case '.':
        return { kind: 'any', newline: flags.dotNewline };
      case '^':
        return { kind: 'begin' };
      case '$':
        return { kind: 'end' };
      default:
        return { kind: 'literal', text: character, fold: flags.fold };
    }
  }

  /** One code point. */
  #next(): string {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#position) ?? 0);
    this.#position += character.length;
    return character;
  }

  #group(outer: Flags): SyntaxNode | undefined {
    let flags = outer;
    const head = /^\?(?:P?<(\w+)>|([imsU]*-[imsU]+|[imsU]*):)/.exec(this.#text.slice(this.#position));
    if (head !== null) {
      this.#position += head[0].length;
      flags = withFlags(outer, head[2] ?? '');
      // The engine refuses a name given twice.
      if (head[1] !== undefined && this.#names.has(head[1])) return undefined;
      if (head[1] !== undefined) this.#names.add(head[1]);
    } else if (this.#peek() === '?') {
      return undefined;
    }
    const node = this.#alternation(flags);
    return node !== undefined && this.#accept(')') ? node : undefined;
  }

  #escape(flags: Flags): SyntaxNode | undefined {
    const character = this.#next();
    if (character === 'A') return { kind: 'begin' };
    if (character === 'z') return { kind: 'end' };
    if ('dDsSwWbB'.includes(character)) return opaque;
    const literal = escapedCharacter(character);
    // Octal, hexadecimal, \pN, \Q…\E: legal, rare, left to the engine as a whole.
    return literal === undefined ? undefined : { kind: 'literal', text: literal, fold: flags.fold };
  }

  #class(flags: Flags): SyntaxNode | undefined {
    let known = !this.#accept('^');
    const characters = new Set<string>();
    let first = true;
    while (first || this.#peek() !== ']') {
      first = false;
      if (this.#position >= this.#text.length) return undefined;
      // A class by name, or what looks like the start of one.
      if (this.#text.startsWith('[:', this.#position)) return undefined;
      const low = this.#member();
      if (low === undefined) return undefined;
      if (low === '') known = false;
      let high = low;
      if (low !== '' && this.#peek() === '-' && this.#text.charAt(this.#position + 1) !== ']') {
        this.#position++;
        const upper = this.#member();
        if (upper === undefined || upper === '') return undefined;
        high = upper;
        if ((high.codePointAt(0) ?? 0) < (low.codePointAt(0) ?? 0)) return undefined;
      }
      if (known) known = addRange(characters, low, high);
    }
    this.#position++;
    return known ? { kind: 'class', characters: [...characters], fold: flags.fold } : opaque;
  }

  /** One member of a class; '' for one that stands for many, undefined for one beyond this reading. */
  #member(): string | undefined {
    const character = this.#next();
    if (character !== '\\') return character;
    const escaped = this.#next();
    return 'dDsSwW'.includes(escaped) ? '' : escapedCharacter(escaped);
  }

  #repetition(atom: SyntaxNode): SyntaxNode | undefined {
    const bounds = this.#bounds();
    if (bounds === undefined) return atom;
    // The lazy form differs in what groups capture, not in what matches.
    this.#accept('?');
    const [min, max] = bounds;
    if (min > max || min > maxCount || (max > maxCount && max !== Infinity)) return undefined;
    if (this.#bounds() !== undefined) return undefined;
    return { kind: 'repeat', part: atom, min, max };
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#accept('*')) return [0, Infinity];
    if (this.#accept('+')) return [1, Infinity];
    if (this.#accept('?')) return [0, 1];
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.#position, this.#position + 16));
    if (counted === null) return undefined;
    this.#position += counted[0].length;
    const min = Number(counted[1]);
    if (counted[2] === undefined) return [min, min];
    return [min, counted[3] === '' ? Infinity : Number(counted[3])];
  }
}

function concat(parts: readonly SyntaxNode[]): SyntaxNode {
  const joined: SyntaxNode[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === 'literal' && last?.kind === 'literal' && last.fold === part.fold) {
      joined[joined.length - 1] = { kind: 'literal', text: last.text + part.text, fold: part.fold };
    } else {
      joined.push(part);
    }
  }
  return joined.length === 1 ? (joined[0] ?? opaque) : { kind: 'concat', parts: joined };
}

function withFlags(flags: Flags, text: string): Flags {
  const [on = '', off = ''] = text.split('-');
  return {
    fold: (flags.fold || on.includes('i')) && !off.includes('i'),
    dotNewline: (flags.dotNewline || on.includes('s')) && !off.includes('s'),
  };
}

function escapedCharacter(character: string): string | undefined {
  const control = { a: '\x07', f: '\f', t: '\t', n: '\n', r: '\r', v: '\v' }[character];
  if (control !== undefined) return control;
  return /^[!-/:-@[-`{-~]$/.test(character) ? character : undefined;
}

function addRange(characters: Set<string>, low: string, high: string): boolean {
  const from = low.codePointAt(0) ?? 0;
  const to = high.codePointAt(0) ?? 0;
  if (to - from >= maxClassMembers || (from <= 0xdfff && to >= 0xd800)) return false;
  for (let point = from; point <= to; point++) characters.add(String.fromCodePoint(point));
  return characters.size <= maxClassMembers;
}

/** The structure of `expression`, or undefined where it holds something this reading does not know. */
export function readSyntax(expression: string, dotMatchesNewline: boolean): SyntaxNode | undefined {
  return new Reader(expression).pattern({ fold: false, dotNewline: dotMatchesNewline });
}
