import { inspect } from 'node:util';
import { parsed, type Field, type FieldOptions } from './scalar-fields.js';
import { PRINTED_NULL } from './section.js';

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

/** A field whose value is never printed. Absent and empty are undefined, and `null` in print where they are printed. */
export function secret(options: Pick<FieldOptions<never>, 'always'> = {}): Field<Secret | undefined> {
  const absent = options.always === true ? PRINTED_NULL : null;
  return parsed<Secret | undefined>(undefined, {
    goType: 'config.plain',
    parse: (value) => (value === '' ? undefined : new Secret(value)),
    print: (value) => (value === undefined ? absent : HIDDEN),
  });
}
