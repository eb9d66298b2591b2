const utf8 = new TextEncoder();

/**
 * The texts of many series, each once, counted by how often they are used. They are kept as they go over the wire.
 */
export class SymbolPool {
  readonly #encode: (text: string) => Uint8Array;
  readonly #numbers = new Map<string, number>();
  readonly #texts: (string | undefined)[] = [];
  readonly #encoded: (Uint8Array | undefined)[] = [];
  readonly #uses: number[] = [];
  readonly #free: number[] = [];

  constructor(encode: (text: string) => Uint8Array) {
    this.#encode = encode;
  }

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
    this.#encoded[number] = this.#encode(text);
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

  /** As it goes over the wire. */
  encoded(number: number): Uint8Array {
    return this.#encoded[number]!;
  }
}

/** UTF-8 behind its length as a varint. */
export function encodeText(text: string): Uint8Array {
  const bytes = utf8.encode(text);
  return concat(varint(bytes.length), bytes);
}

const SEPARATOR = '\u{10ffff}';

/** Name and value as one text. */
export function labelText(name: string, value: string): string {
  return name + SEPARATOR + value;
}

/** A {@link labelText} as a field of a series in remote write 1.0: a `prometheus.Label`. */
export function encodeLabel(label: string): Uint8Array {
  const at = label.indexOf(SEPARATOR);
  const name = encodeText(label.slice(0, at));
  const value = encodeText(label.slice(at + SEPARATOR.length));
  const message = concat(Uint8Array.of(LABEL_NAME), name, Uint8Array.of(LABEL_VALUE), value);
  return concat(Uint8Array.of(SERIES_LABEL), varint(message.length), message);
}

/** Tags: field number and wire type 2. */
const SERIES_LABEL = 0x0a;
const LABEL_NAME = 0x0a;
const LABEL_VALUE = 0x12;

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
