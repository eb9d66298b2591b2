import { quoteGo } from '@narthex/model';
import { z } from 'zod';
import { typeIssue, valueIssue, type DecodeContext, type IssueParams } from './issues.js';
import { type Field } from './scalar-fields.js';
import { isAbsent, isGivenNull, YamlMapping, YamlSequence } from './yaml-node.js';

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Section<S extends Shape> = z.ZodCodec<z.ZodUnknown, z.ZodObject<S, z.core.$strict>>;

/**
 * A mapping with known fields; others are errors, and so is a field that stands there twice. `goType` is how upstream's
 * message calls it, such as `config.ScrapeConfig`. An absent section is one with every field absent.
 */
export function section<const S extends Shape>(goType: string, shape: S): Section<S> {
  const names = Object.keys(shape);
  const object = z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `not found in type ${goType}` : undefined),
  });
  return z.codec(z.unknown(), object, {
    decode: (node, context) => {
      // A null prototype, lest a field called `__proto__` does something else than fail.
      const fields = Object.create(null) as Record<string, unknown>;
      for (const name of names) fields[name] = null;
      if (isAbsent(node)) return fields as z.input<typeof object>;
      if (!(node instanceof YamlMapping)) {
        typeIssue(context, node, goType);
        return z.NEVER;
      }
      const seen = new Map<string, number>();
      for (const { key, line, value } of node.entries) {
        const first = seen.get(key);
        if (first !== undefined) {
          const words = `field ${key} already set in type ${goType}`;
          repeatedKey(context, node, { key, line, first, words });
        } else seen.set(key, line);
        fields[key] = value;
      }
      return fields as z.input<typeof object>;
    },
    encode: (value) => value as unknown,
  });
}

interface RepeatedKey {
  readonly key: string;
  readonly line: number;
  /** The line where the key stands first. */
  readonly first: number;
  readonly words: string;
}

function repeatedKey(
  context: DecodeContext,
  { source }: YamlMapping,
  { key, line, first, words }: RepeatedKey,
): void {
  const params: IssueParams = { kind: 'type', line };
  const message =
    source.library === 'v3' ? `mapping key ${quoteGo(key)} already defined at line ${first}` : words;
  context.issues.push({ code: 'custom', input: key, message, params });
}

/** A field that tells being left out (undefined) from being null, of which the field itself makes Go's zero value. */
export function given<T>(inner: z.ZodType<T>): Field<T | undefined> {
  return z.codec(z.unknown(), z.optional(inner), {
    decode: (node) => (isAbsent(node) && !isGivenNull(node) ? undefined : node),
    encode: (value) => (value ?? null) as unknown,
  }) as unknown as Field<T | undefined>;
}

/** A section or field that may be absent, and then is undefined rather than its defaults. */
export function optional<T>(inner: z.ZodType<T>): Field<T | undefined> {
  const present = z.optional(inner);
  return z.codec(z.unknown(), present, {
    decode: (node) => (isAbsent(node) ? undefined : node),
    encode: (value) => (value ?? null) as unknown,
  }) as unknown as Field<T | undefined>;
}

export interface ListOptions {
  /** The Go type of the list in upstream's message, such as `[]*config.ScrapeConfig`. */
  readonly goType?: string;
  /** What upstream says of an empty element; without it an empty element is the element's default. */
  readonly emptyElement?: string;
  readonly always?: boolean;
  /** Printed on one line, in brackets. */
  readonly flow?: boolean;
}

/** Printed as `null`, where a field that encodes as null is left out. */
export const PRINTED_NULL = Symbol('null');

/** A list to be printed on one line. */
export class FlowList {
  constructor(readonly items: readonly unknown[]) {}
}

/** A list; an absent one is empty. */
export function list<T>(element: z.ZodType<T>, options: ListOptions = {}): Field<readonly T[]> {
  const array = z.array(element);
  return z.codec(z.unknown(), array, {
    decode: (node, context) => {
      if (isAbsent(node)) return [] as z.input<typeof array>;
      if (!(node instanceof YamlSequence)) {
        typeIssue(context, node, options.goType ?? '[]string');
        return z.NEVER;
      }
      const empty = options.emptyElement === undefined ? undefined : node.items.find(isAbsent);
      if (empty !== undefined) {
        valueIssue(context, empty, options.emptyElement ?? '');
        return z.NEVER;
      }
      const dropsAbsent = node.source.library === 'v3';
      return node.items.filter((item) => !dropsAbsent || !isAbsent(item));
    },
    encode: (value) => {
      if (value.length === 0 && options.always !== true) return null;
      return options.flow === true ? new FlowList(value) : value;
    },
  }) as unknown as Field<readonly T[]>;
}

/** A mapping with free keys, each value of one kind, printed in the order of the keys. */
export function record<T>(
  value: z.ZodType<T>,
  options: { readonly goType?: string; readonly key?: (name: string) => string | undefined } = {},
): Field<ReadonlyMap<string, T>> {
  const map = z.map(z.string(), value);
  return z.codec(z.unknown(), map, {
    decode: (node, context) => {
      if (isAbsent(node)) return new Map();
      if (!(node instanceof YamlMapping)) {
        typeIssue(context, node, options.goType ?? 'map[string]string');
        return z.NEVER;
      }
      const entries = new Map<string, unknown>();
      const lines = new Map<string, number>();
      for (const { key, line, value: entry } of node.entries) {
        const first = lines.get(key);
        const complaint = options.key?.(key);
        if (first !== undefined) {
          const words = `key ${quoteGo(key)} already set in map`;
          repeatedKey(context, node, { key, line, first, words });
        } else if (complaint !== undefined) {
          const params: IssueParams = { kind: 'value', line };
          context.issues.push({ code: 'custom', input: key, message: complaint, params });
        }
        if (first === undefined) lines.set(key, line);
        entries.set(key, entry);
      }
      return entries;
    },
    encode: (entries) =>
      (entries.size === 0 ? null : Object.fromEntries([...entries].sort(byKey))) as unknown,
  }) as unknown as Field<ReadonlyMap<string, T>>;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a check over a whole section finds wrong: upstream's words, and the field that the message should point to. */
export interface Fault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

/** A section with a check of how its fields go together; it runs when every field alone is right. */
export function check<T extends z.ZodType>(
  inner: T,
  find: (value: z.output<T>) => Fault | string | undefined,
): T {
  return inner.superRefine((value, context) => {
    // An unknown field is told first: it may be what the check misses, misspelt.
    if (context.issues.length > 0) return;
    const fault = find(value);
    if (fault === undefined) return;
    const { message, path = [] } = typeof fault === 'string' ? { message: fault } : fault;
    const params: IssueParams = { kind: 'value' };
    context.addIssue({ code: 'custom', message, path: [...path], params });
  });
}
