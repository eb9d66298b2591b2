/** A piece of a command line: a flag as it is spelled, or anything else. */
export type CommandToken =
  | { readonly kind: 'long'; readonly name: string }
  | { readonly kind: 'short'; readonly letter: string }
  | { readonly kind: 'text'; readonly text: string };

/** Takes a command line apart, knowing which single letters take a value. */
export class CommandTokens {
  readonly #args: string[];
  #pushed: CommandToken | undefined;
  #textOnly = false;

  constructor(argv: readonly string[]) {
    this.#args = [...argv];
  }

  /** `shorts` are the flags known so far, by letter. */
  next(shorts: ReadonlyMap<string, { readonly kind: string }>): CommandToken | undefined {
    const pushed = this.#pushed;
    this.#pushed = undefined;
    if (pushed !== undefined) return pushed;
    const arg = this.#args.shift();
    if (arg === undefined) return undefined;
    if (this.#textOnly || arg === '-' || !arg.startsWith('-')) return { kind: 'text', text: arg };
    if (arg === '--') {
      this.#textOnly = true;
      return this.next(shorts);
    }
    return arg.startsWith('--') ? this.#long(arg.slice(2)) : this.#short(arg.slice(1), shorts);
  }

  #long(text: string): CommandToken {
    const equals = text.indexOf('=');
    if (equals < 0) return { kind: 'long', name: text };
    this.#pushed = { kind: 'text', text: text.slice(equals + 1) };
    return { kind: 'long', name: text.slice(0, equals) };
  }

  /** Behind a letter that takes a value stands the value, behind another one more letters. */
  #short(text: string, shorts: ReadonlyMap<string, { readonly kind: string }>): CommandToken {
    const [letter = ''] = text;
    const rest = text.slice(letter.length);
    const spec = shorts.get(letter);
    if (rest !== '') {
      if (spec === undefined || spec.kind === 'boolean') this.#args.unshift(`-${rest}`);
      else this.#pushed = { kind: 'text', text: rest };
    }
    return { kind: 'short', letter };
  }
}
