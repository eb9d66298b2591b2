const utf8 = new TextEncoder();

/**
 * The texts of many series, each once, counted by how often they are used. They are kept as they go over the wire:
 * UTF-8 behind its length as a varint.
 */
export class SymbolPool {
  readonly #numbers = new Map<string, number>();
  readonly #texts: (string | undefined)[] = [];
  readonly #encoded: (Uint8Array | undefined)[] = [];
  readonly #uses: number[] = [];
  readonly #free: number[] = [];

  /** How many texts there are. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Above every number in use. */
  get end(): number {
    return this.#texts.length;
  }

  /** The number of a text, which is used once more. */
  retain(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) {
      this.#uses[known]!++;
      return known;
    }
    const number = this.#free.pop() ?? this.#texts.length;
    this.#numbers.set(text, number);
    this.#texts[number] = text;
    this.#encoded[number] = encode(text);
    this.#uses[number] = 1;
    return number;
  }

  /** The number of a text that is in use already. */
  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  /** One use less; a text without uses goes, and its number will be another's. */
  release(number: number): void {
    const uses = --this.#uses[number]!;
    if (uses > 0) return;
    this.#numbers.delete(this.#texts[number]!);
    this.#texts[number] = undefined;
    this.#encoded[number] = undefined;
    this.#free.push(number);
  }

  /** Length and UTF-8. */
  encoded(number: number): Uint8Array {
    return this.#encoded[number]!;
  }
}

function encode(text: string): Uint8Array {
  const bytes = utf8.encode(text);
  const head: number[] = [];
  let rest = bytes.length;
  for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  head.push(rest);
  const encoded = new Uint8Array(head.length + bytes.length);
  encoded.set(head);
  encoded.set(bytes, head.length);
  return encoded;
}
