import { z } from 'zod';
import { typeIssue, valueIssue, type DecodeContext } from './issues.js';
import { boolOf, numberOf } from './scalar-tag.js';
import { isAbsent, isGivenNull, YamlScalar } from './yaml-node.js';

/**
 * Fields are zod codecs: they decode a YAML node into a value and encode the value for print, where `null` stands for
 * "left out". A field that is absent is its default, one that is null Go's zero value: upstream's YAML library sets that.
 */
export interface FieldOptions<T> {
  readonly default?: T;
  /** Printed also when it holds Go's zero value (empty text, 0, false). */
  readonly always?: boolean;
}

export type Field<T> = z.ZodCodec<z.ZodUnknown, z.ZodType<T, T>>;

interface TextCodec<T> {
  /** The Go type that upstream's error names. */
  readonly goType?: string;
  /** Throws an Error with upstream's words. */
  readonly parse: (text: string, node: YamlScalar) => T;
  /** `null` leaves the field out. */
  readonly print: (value: T) => unknown;
  /** What null means, or what is wrong with it (an Error with upstream's words); the default unless told. */
  readonly ofNull?: () => T;
}

/** A field made from a text: the building stone of all the others. */
export function parsed<T>(defaultValue: T, codec: TextCodec<T>): Field<T> {
  return z.codec(z.unknown(), z.custom<T>(), {
    decode: (node, context) => {
      if (isAbsent(node) && !(isGivenNull(node) && codec.ofNull !== undefined)) return defaultValue;
      if (!(node instanceof YamlScalar)) return refuseType(context, node, codec.goType ?? 'string');
      try {
        return codec.ofNull !== undefined && isGivenNull(node)
          ? codec.ofNull()
          : codec.parse(node.text, node);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        valueIssue(context, node, error.message);
        return z.NEVER;
      }
    },
    encode: (value) => codec.print(value),
  });
}

/** Text. Numbers and booleans written without quotes are taken as they are written. */
export function text(options: FieldOptions<string> = {}): Field<string> {
  return parsed(options.default ?? '', {
    parse: (value) => value,
    print: (value) => (value === '' && options.always !== true ? null : value),
    ofNull: () => '',
  });
}

/** A value that is not looked at, whatever it is. */
export function anything(): Field<undefined> {
  return z.codec(z.unknown(), z.undefined(), { decode: () => undefined, encode: () => null });
}

/** true, false, and the yes, no, on, off of YAML 1.1. */
export function flag(options: FieldOptions<boolean> = {}): Field<boolean> {
  return z.codec(z.unknown(), z.boolean(), {
    decode: (node, context) => {
      if (isGivenNull(node)) return false;
      if (isAbsent(node)) return options.default ?? false;
      if (node instanceof YamlScalar && node.tag === '!!bool') return boolOf(node.text);
      return refuseType(context, node, 'bool');
    },
    encode: (value) => (value || options.always === true ? value : null),
  });
}

export interface NumberOptions extends FieldOptions<number> {
  /** The Go type that upstream's error names: `int`, `uint`, `uint64`, … Unsigned ones refuse negative numbers. */
  readonly goType?: string;
}

/** A whole number; of one with a fraction, the fraction is left off, as upstream does. */
export function integer(options: NumberOptions = {}): Field<number> {
  const goType = options.goType ?? 'int';
  const fits = (value: number): boolean =>
    Number.isSafeInteger(Math.trunc(value)) && (value >= 0 || !goType.startsWith('u'));
  return numeric(goType, options, fits, Math.trunc);
}

/** Any number. */
export function float(options: NumberOptions = {}): Field<number> {
  return numeric(
    options.goType ?? 'float64',
    options,
    () => true,
    (value) => value,
  );
}

function numeric(
  goType: string,
  options: NumberOptions,
  fits: (value: number) => boolean,
  round: (value: number) => number,
): Field<number> {
  return z.codec(z.unknown(), z.custom<number>(), {
    decode: (node, context) => {
      if (isGivenNull(node)) return 0;
      if (isAbsent(node)) return options.default ?? 0;
      if (node instanceof YamlScalar && (node.tag === '!!int' || node.tag === '!!float')) {
        const value = numberOf(node.text);
        if (fits(value)) return round(value);
      }
      return refuseType(context, node, goType);
    },
    encode: (value) => (value !== 0 || options.always === true ? value : null),
  });
}

/** One of a few words; `refuse` words the complaint. */
export function choice<const C extends string>(
  choices: readonly C[],
  options: FieldOptions<C | ''> & { readonly refuse: (text: string) => string },
): Field<C | ''> {
  return parsed<C | ''>(options.default ?? '', {
    parse: (word) => {
      const found = choices.find((known) => known === word);
      if (found === undefined) throw new Error(options.refuse(word));
      return found;
    },
    print: (value) => (value === '' && options.always !== true ? null : value),
    ofNull: () => '',
  });
}

function refuseType(context: DecodeContext, node: unknown, goType: string): never {
  typeIssue(context, node, goType);
  return z.NEVER;
}
