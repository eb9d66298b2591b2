import {
  durationType,
  func,
  type GoValue,
  instantFromUnixMs,
  mapOf,
  safeHtml,
  sprintf,
  type TemplateFunction,
  timeType,
  TypedValue,
  types,
  variadicFunc,
} from '@narthex/gotemplate';
import { compareText, lowerCaseGo, parseDuration, parseFloatGo, upperCaseGo } from '@narthex/model';
import { compile, RegexpError, type SearchRegexp } from '@narthex/regexp';
import { stripDomain, stripPort } from './addresses.js';
import { type TemplateQuery } from './alert-templates.js';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  unixMsOf,
} from './humanize.js';
import { labelOf, queryResult, queryResultType, sampleType, STRING_VALUE } from './query-result.js';

export interface TemplateEnvironment {
  /** Under which the server is reached. */
  readonly externalUrl: Pick<URL, 'href' | 'pathname'>;
  /** The moment that `now` and queries are about, in ms. */
  readonly timestampMs: number;
  readonly query: TemplateQuery;
}

/**
 * The functions of the server's templates
 * (https://prometheus.io/docs/prometheus/latest/configuration/template_reference/).
 */
export function templateFunctions(environment: TemplateEnvironment): ReadonlyMap<string, TemplateFunction> {
  const { externalUrl, timestampMs, query } = environment;
  return new Map<string, TemplateFunction>([
    ['query', func([types.string], async (expression) => queryResult((await query(expression)).samples))],
    ...QUERY_RESULT_FUNCTIONS,
    ...TEXT_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ['now', func([], () => timestampMs / 1000)],
    ['pathPrefix', func([], () => externalUrl.pathname.replace(/\/$/, ''))],
    ['externalURL', func([], () => externalUrl.href.replace(/\/$/, ''))],
  ]);
}

const anyMap = mapOf(types.string, types.any);

const QUERY_RESULT_FUNCTIONS: readonly (readonly [string, TemplateFunction])[] = [
  [
    'first',
    func([queryResultType], (result) => {
      if (result.length === 0) throw new Error('first() called on vector with no elements');
      return result[0]!;
    }),
  ],
  ['label', func([types.string, sampleType], (name, sample) => labelOf(sample, name))],
  ['value', func([sampleType], (sample) => sample.Value)],
  ['strvalue', func([sampleType], (sample) => labelOf(sample, STRING_VALUE))],
  [
    'sortByLabel',
    func([types.string, queryResultType], (name, result) =>
      queryResultType.of(
        [...result].sort((a, b) =>
          compareText(labelOf(sampleType.unwrap(a), name), labelOf(sampleType.unwrap(b), name)),
        ),
      ),
    ),
  ],
  [
    'args',
    variadicFunc([], types.any, (...values) =>
      anyMap.of(new Map(values.map((value, i) => [`arg${i}`, value]))),
    ),
  ],
];

const TEXT_FUNCTIONS: readonly (readonly [string, TemplateFunction])[] = [
  [
    'reReplaceAll',
    func([types.string, types.string, types.string], (pattern, replacement, text) =>
      mustCompile(pattern).replaceAll(text, replacement),
    ),
  ],
  ['match', func([types.string, types.string], (pattern, text) => compile(pattern).test(text))],
  ['safeHtml', func([types.string], (text) => safeHtml(text))],
  ['title', func([types.string], (text) => titleCase(text))],
  ['toUpper', func([types.string], upperCaseGo)],
  ['toLower', func([types.string], lowerCaseGo)],
  ['graphLink', func([types.string], (expression) => expressionLink(expression, 'graph'))],
  ['tableLink', func([types.string], (expression) => expressionLink(expression, 'table'))],
  ['urlQueryEscape', func([types.string], (text) => queryEscape(text))],
  ['stripPort', func([types.string], stripPort)],
  ['stripDomain', func([types.string], stripDomain)],
  ['parseDuration', func([types.string], (text) => parseDuration(text) / 1000)],
];

const NUMBER_FUNCTIONS: readonly (readonly [string, TemplateFunction])[] = [
  ['humanize', func([types.any], (value) => humanize(toNumber(value)))],
  ['humanize1024', func([types.any], (value) => humanize1024(toNumber(value)))],
  ['humanizeDuration', func([types.any], (value) => humanizeDuration(toNumber(value)))],
  ['humanizePercentage', func([types.any], (value) => humanizePercentage(toNumber(value)))],
  ['humanizeTimestamp', func([types.any], (value) => humanizeTimestamp(toNumber(value)))],
  ['toTime', func([types.any], (value) => timeType.of(instantFromUnixMs(unixMsOf(finite(toNumber(value))))))],
  [
    'toDuration',
    func([types.any], (value) => durationType.of(BigInt(Math.trunc(finite(toNumber(value)) * 1e9)))),
  ],
];

/** In the words of Go's `regexp.MustCompile`. */
function mustCompile(pattern: string): SearchRegexp {
  try {
    return compile(pattern);
  } catch (cause) {
    if (!(cause instanceof RegexpError)) throw cause;
    throw new Error(`regexp: Compile(${sprintf('%#q', [pattern])}): ${cause.message}`, { cause });
  }
}

/** A number as the functions take it: any numeric type, or a text that holds one. */
function toNumber(value: GoValue): number {
  const bare = value instanceof TypedValue ? value.value : value;
  if (typeof bare === 'number') return bare;
  if (typeof bare === 'bigint') return Number(bare);
  if (typeof bare === 'string') return parseFloatGo(bare);
  throw new Error(`can't convert ${value === null ? '<nil>' : sprintf('%T', [value])} to float`);
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error('value is NaN or Inf');
  return value;
}

/** Words by Unicode's rules (UAX 29): a full stop, colon, apostrophe or middle dot joins what stands on both sides. */
const WORD =
  /[\p{L}\p{N}\p{M}\p{Pc}\p{Cf}]+(?:[.:'·’‧\u{387}\u{5f4}\u{2024}\u{fe13}\u{fe52}\u{fe55}\u{ff07}\u{ff0e}\u{ff1a}][\p{L}\p{N}\p{M}\p{Pc}\p{Cf}]+)*/gu;

/** A capital for the first letter of each word that has one, the rest as it is. */
function titleCase(text: string): string {
  return text.replace(WORD, (word) => word.replace(/\p{Cased}/u, titleLetter));
}

/** Letters of two, such as ǆ, have a form for titles of their own; others become one or two, the first a capital. */
function titleLetter(letter: string): string {
  const pair = ['ǅ', 'ǈ', 'ǋ', 'ǲ'].find((title) =>
    [title, title.toUpperCase(), title.toLowerCase()].includes(letter),
  );
  if (pair !== undefined) return pair;
  const [first = '', ...rest] = letter.toUpperCase();
  return first + rest.join('').toLowerCase();
}

/** As Go's url.QueryEscape. */
export function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** The path of the query page for an expression, below the server's prefix. */
export function expressionLink(expression: string, tab: 'graph' | 'table'): string {
  return `/graph?g0.expr=${queryEscape(expression)}&g0.tab=${tab === 'graph' ? 0 : 1}`;
}
