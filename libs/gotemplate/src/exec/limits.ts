import { TemplateLimitError } from '../errors.js';

/** Bounds of one execution. */
export interface TemplateLimits {
  /** Nodes, calls and iterations carried out. Default 5,000,000. */
  readonly maxSteps: number;
  /** Templates that call each other, counted in depth. Default 400. */
  readonly maxDepth: number;
  /** Length of the output in UTF-16 code units. Default 64 Mi. */
  readonly maxOutputLength: number;
}

export const defaultLimits: TemplateLimits = {
  maxSteps: 5_000_000,
  maxDepth: 400,
  maxOutputLength: 64 * 1024 * 1024,
};

/** Counts what one execution spends. */
export class Meter {
  readonly #limits: TemplateLimits;
  readonly #name: string;
  #steps = 0;
  #outputLength = 0;

  constructor(name: string, limits: TemplateLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  step(): void {
    if (++this.#steps > this.#limits.maxSteps) this.#exceeded('steps', this.#limits.maxSteps);
  }

  depth(depth: number): void {
    if (depth > this.#limits.maxDepth) this.#exceeded('template depth', this.#limits.maxDepth);
  }

  output(length: number): void {
    this.#outputLength += length;
    if (this.#outputLength > this.#limits.maxOutputLength)
      this.#exceeded('output', this.#limits.maxOutputLength);
  }

  #exceeded(what: string, limit: number): never {
    throw new TemplateLimitError(`template: ${this.#name}: exceeded maximum ${what} (${limit})`);
  }
}
