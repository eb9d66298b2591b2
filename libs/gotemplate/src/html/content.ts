import { printed } from '../format/printed.js';
import { sprint } from '../format/sprintf.js';
import { typeOf } from '../values/reflect.js';
import { type GoValue, TypedValue } from '../values/value.js';
import { safeTypes } from './safe-types.js';

type SafeKind = keyof typeof safeTypes;

/** A value about to be escaped: its text and what it is known to be safe as. */
interface Content {
  readonly text: string;
  readonly safe: SafeKind | undefined;
}

export function contentOf(args: readonly GoValue[]): Content {
  const [only] = args;
  if (args.length === 1 && typeof only === 'string') return { text: only, safe: undefined };
  if (args.length === 1 && only instanceof TypedValue) {
    const safe = safeKindOf(only);
    if (safe !== undefined) return { text: String(only.value), safe };
  }
  // Absent values leave no trace.
  const [first = '', ...more] = args.filter((arg) => arg !== null);
  return { text: more.length === 0 ? printed(first) : sprint([first, ...more]), safe: undefined };
}

export function safeKindOf(value: GoValue): SafeKind | undefined {
  const type = typeOf(value);
  const entry = Object.entries(safeTypes).find(([, candidate]) => candidate === type);
  return entry?.[0] as SafeKind | undefined;
}

/** What stands in place of a value that would break out of its context, as upstream. */
export const failsafe = 'ZgotmplZ';
