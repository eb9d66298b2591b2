import { compareText, type Labels, MATCH_TYPES, Matcher, type MatchType } from '@narthex/model';
import { RegexpError } from '@narthex/regexp';
import { type SelectHints } from '@narthex/storage';
import { ReadError } from '../errors.js';
import { type ReadQuery, type WireMatcher } from './read-request.js';

export const RESPONSE_TYPE = { samples: 0, streamedXorChunks: 1 } as const;
export type ResponseType = (typeof RESPONSE_TYPE)[keyof typeof RESPONSE_TYPE];

/** By the number of `LabelMatcher.Type`. */
const TYPES: readonly (MatchType | undefined)[] = MATCH_TYPES;

/**
 * The first type of answer that both sides know; samples where the request names none.
 * @throws ReadError 400 with upstream's words when there is none
 */
export function responseTypeOf(accepted: readonly number[]): ResponseType {
  if (accepted.length === 0) return RESPONSE_TYPE.samples;
  const known = Object.values(RESPONSE_TYPE);
  for (const number of accepted) {
    const type = known.find((each) => each === number);
    if (type !== undefined) return type;
  }
  throw new ReadError(
    400,
    `server does not support any of the requested response types: [${accepted.join(' ')}]; supported: map[SAMPLES:{} STREAMED_XOR_CHUNKS:{}]`,
  );
}

/**
 * The matchers of a query for what is stored. External labels are not: a matcher that asks for the value of one asks
 * for a series without it.
 * @throws ReadError 500 when a matcher cannot be
 */
export function storedMatchers(query: ReadQuery, externalLabels: Labels): readonly Matcher[] {
  return query.matchers.map((matcher) => {
    const { name, value } = matcher;
    const type = typeOf(matcher);
    if (type === '=' && externalLabels.get(name) === value) return new Matcher('=', name, '');
    try {
      return new Matcher(type, name, value);
    } catch (cause) {
      if (!(cause instanceof RegexpError)) throw cause;
      throw new ReadError(500, cause.message, { cause });
    }
  });
}

function typeOf({ type }: WireMatcher): MatchType {
  const known = TYPES[type];
  if (known === undefined) throw new ReadError(500, 'invalid matcher type');
  return known;
}

/** What the client hinted at; its times are those of the query unless it said otherwise. */
export function hintsOf({ hints, startMs, endMs }: ReadQuery): SelectHints {
  return hints ?? { startMs, endMs, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
}

/** The labels as they go out: with the external ones that the series does not have itself, sorted by name. */
export function outgoingLabels(
  labels: Labels,
  externalLabels: Labels,
): readonly (readonly [string, string])[] {
  const added = [...externalLabels].filter(([name]) => !labels.has(name));
  if (added.length === 0) return [...labels];
  return [...labels, ...added].sort(([a], [b]) => compareText(a, b));
}
