import { Labels } from '@narthex/model';
import { z } from 'zod';
import { parsed, text, type Field, type FieldOptions } from './scalar-fields.js';
import { record } from './section.js';

/** True for a text that is a label name: any UTF-8 but the empty text and lone surrogates. */
export function isLabelName(name: string): boolean {
  return name !== '' && !/\p{Surrogate}/u.test(name);
}

/** The name of a label. */
export function labelName(options: FieldOptions<string> = {}): Field<string> {
  return parsed(options.default ?? '', {
    parse: (name) => {
      if (!isLabelName(name)) throw new Error(`${JSON.stringify(name)} is not a valid label name`);
      return name;
    },
    print: (name) => (name === '' && options.always !== true ? null : name),
  });
}

/** Label names and values. An empty or null value leaves the label out. With `anyName` names are for a later check. */
export function labels(goType = 'map[string]string', { anyName = false } = {}): Field<Labels> {
  const values = record(text({ always: true }), {
    goType,
    key: (name) =>
      anyName || isLabelName(name) ? undefined : `${JSON.stringify(name)} is not a valid label name`,
  });
  return z.codec(values, z.custom<Labels>(), {
    decode: (map) => Labels.of(map),
    encode: (set) => new Map(set),
  }) as unknown as Field<Labels>;
}
