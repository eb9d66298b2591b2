import { ScriptError } from './errors.js';

/** Reads a line from left to right. */
export class TextCursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  skipSpace(): void {
    this.match(/[ \t]*/y);
  }

  /** Takes what a sticky expression matches here; undefined when it does not. */
  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  accept(sign: string): boolean {
    const found = this.#text.startsWith(sign, this.#at);
    if (found) this.#at += sign.length;
    return found;
  }

  expect(sign: string): void {
    if (!this.accept(sign)) this.fail(`expected ${JSON.stringify(sign)}`);
  }

  fail(reason: string): never {
    throw new ScriptError(`${reason} at column ${this.#at + 1} of ${JSON.stringify(this.#text)}`);
  }
}
