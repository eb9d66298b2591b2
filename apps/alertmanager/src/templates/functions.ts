import {
  func,
  type GoValue,
  mapOf,
  sliceOf,
  type TemplateFunction,
  TemplateFunctionError,
  types,
  variadicFunc,
} from '@narthex/gotemplate';
import { type Clock } from '@narthex/process';
import { compile, RegexpError } from '@narthex/regexp';
import { goJson } from './go-json';
import { humanizeDuration } from './humanize-duration';
import { safeFunctions } from './safe-functions';

import { timeFunctions } from './time-functions';

const texts = sliceOf(types.string);
const values = sliceOf(types.any);

/**
 * The functions of notification templates beside Go's own
 * (https://prometheus.io/docs/alerting/latest/notifications/#functions).
 */
export function templateFunctions(clock: Clock): ReadonlyMap<string, TemplateFunction> {
  return new Map<string, TemplateFunction>([
    ['toUpper', onText((text) => text.toUpperCase())],
    ['toLower', onText((text) => text.toLowerCase())],
    ['title', onText(title)],
    ['trimSpace', onText((text) => text.trim())],
    ['join', func([types.string, texts], (separator, items) => items.join(separator))],
    ['match', func([types.string, types.string], (pattern, text) => searchFor(pattern).test(text))],
    ['reReplaceAll', func([types.string, types.string, types.string], replaceAll)],
    ['urlUnescape', onText(urlUnescape)],
    ['stringSlice', variadicFunc([], types.string, (...items) => texts.of(items))],
    ['list', variadicFunc([], types.any, (...items) => values.of(items))],
    ['append', variadicFunc([values], types.any, (items, ...more) => values.of([...items, ...more]))],
    ['dict', variadicFunc([], types.any, dict)],
    ['toJson', func([types.any], goJson)],
    ['base64encode', onText((text) => Buffer.from(text).toString('base64url') + base64Padding(text))],
    ['base64decode', onText(base64Decode)],
    ['humanizeDuration', func([types.any], humanizeDuration)],
    ...safeFunctions,

    ...timeFunctions(clock),
  ]);
}

function onText(change: (text: string) => string): TemplateFunction {
  return func([types.string], change);
}

/** Upper case for the first letter of each word, lower case for the rest. A word may hold an apostrophe. */
function title(text: string): string {
  return text.replace(/[\p{L}\p{N}\p{M}]+(?:['\u2019.:\u00b7][\p{L}\p{N}\p{M}]+)*/gu, (word) => {
    const lower = word.toLowerCase();
    return lower.replace(/\p{L}/u, (letter) => letter.toUpperCase());
  });
}

function searchFor(pattern: string): ReturnType<typeof compile> {
  try {
    return compile(pattern);
  } catch (cause) {
    if (cause instanceof RegexpError) throw new TemplateFunctionError(cause.message, { cause });
    throw cause;
  }
}

function replaceAll(pattern: string, replacement: string, text: string): string {
  try {
    return compile(pattern).replaceAll(text, replacement);
  } catch (cause) {
    if (!(cause instanceof RegexpError)) throw cause;
    throw new TemplateFunctionError(`regexp: Compile(\`${pattern}\`): ${cause.message}`, { cause });
  }
}

function urlUnescape(text: string): string {
  const bad = /%(?![\da-fA-F]{2}).{0,2}/.exec(text);
  if (bad !== null) throw new TemplateFunctionError(`invalid URL escape ${JSON.stringify(bad[0])}`);
  const bytes = text.replaceAll('+', ' ').split(/(%[\da-fA-F]{2})/);
  return Buffer.concat(
    bytes.map((part) =>
      /^%[\da-fA-F]{2}$/.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part),
    ),
  ).toString();
}

function base64Padding(text: string): string {
  return '='.repeat((3 - (Buffer.byteLength(text) % 3)) % 3);
}

function base64Decode(text: string): string {
  const bad = /[^\w=\n\r-]/.exec(text);
  if (bad !== null) throw new TemplateFunctionError(`illegal base64 data at input byte ${bad.index}`);
  return Buffer.from(text, 'base64url').toString();
}

function dict(...items: readonly GoValue[]): GoValue {
  if (items.length % 2 !== 0) throw new TemplateFunctionError('dict requires an even number of arguments');
  const entries = new Map<string, GoValue>();
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (typeof key !== 'string') throw new TemplateFunctionError('dict keys must be strings');
    entries.set(key, items[i + 1] ?? null);
  }
  return mapOf(types.string, types.any).of(entries);
}
