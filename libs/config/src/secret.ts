import { inspect } from 'node:util';
import { parsed, type Field } from './scalar-fields.js';

const HIDDEN = '<secret>';

/** A password, token or key from a configuration. Whatever prints it prints `<secret>`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** A field whose value is never printed. Absent and empty are undefined. */
export function secret(): Field<Secret | undefined> {
  return parsed<Secret | undefined>(undefined, {
    parse: (value) => (value === '' ? undefined : new Secret(value)),
    print: (value) => (value === undefined ? null : HIDDEN),
  });
}
