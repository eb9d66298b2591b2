import { Labels, quoteGo } from '@narthex/model';
import { z } from 'zod';
import { parsed, text, type Field, type FieldOptions } from './scalar-fields.js';
import { valueIssue } from './issues.js';
import { record } from './section.js';

const NOT_UTF8 = /\p{Surrogate}/u;

/** True for a text that is a label name: any UTF-8 but the empty text and lone surrogates. */
export function isLabelName(name: string): boolean {
  return name !== '' && !NOT_UTF8.test(name);
}

/** The name of a label. */
export function labelName(options: FieldOptions<string> = {}): Field<string> {
  return parsed(options.default ?? '', {
    parse: (name) => {
      if (!isLabelName(name)) throw new Error(`${quoteGo(name)} is not a valid label name`);
      return name;
    },
    print: (name) => (name === '' && options.always !== true ? null : name),
  });
}

export interface LabelsOptions {
  /** Names are for a later check. */
  readonly anyName?: boolean;
  /** Refuses values that are no UTF-8. */
  readonly checkValues?: boolean;
  /** Keeps labels with an empty value, which are left out otherwise. */
  readonly keepEmpty?: boolean;
}

/** Label names and values. An empty or null value leaves the label out, unless told otherwise. */
export function labels(
  goType = 'map[string]string',
  { anyName = false, checkValues = false, keepEmpty = false }: LabelsOptions = {},
): Field<Labels> {
  const values = record(text({ always: true }), {
    goType,
    key: (name) => (anyName || isLabelName(name) ? undefined : `${quoteGo(name)} is not a valid label name`),
  });
  return z.codec(values, z.custom<Labels>(), {
    decode: (map, context) => {
      const invalid = checkValues ? [...map.values()].find((value) => NOT_UTF8.test(value)) : undefined;
      if (invalid !== undefined) valueIssue(context, map, `${quoteGo(invalid)} is not a valid label value`);
      return keepEmpty ? Labels.withEmptyValues(map) : Labels.of(map);
    },
    encode: (set) => new Map(set),
  }) as unknown as Field<Labels>;
}
