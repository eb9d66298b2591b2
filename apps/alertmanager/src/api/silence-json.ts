import { type MatchType } from '@narthex/model';
import { compile } from '@narthex/regexp';
import { LabelMatcher } from '../matchers/label-matcher';
import { InvalidSilenceError } from '../silences/errors';
import { type Silence, type SilenceState } from '../silences/silence';
import { type SilenceRequest } from '../silences/silences';
import { BodyReader } from './body';
import { HandlerError, RequestError } from './errors';

/** A silence as the API shows it. */
export function silenceJson(silence: Silence, state: SilenceState): Record<string, unknown> {
  return {
    id: silence.id,
    status: { state },
    updatedAt: new Date(silence.updatedAtMs).toISOString(),
    ...(silence.annotations.size > 0 ? { annotations: Object.fromEntries(silence.annotations) } : {}),
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: new Date(silence.endsAtMs).toISOString(),
    matchers: (silence.matcherSets[0] ?? []).map(({ isEqual, isRegex, name, value }) => ({
      isEqual,
      isRegex,
      name,
      value,
    })),
    startsAt: new Date(silence.startsAtMs).toISOString(),
  };
}

/**
 * The silence that a request asks for.
 * @throws RequestError, HandlerError, InvalidSilenceError
 */
export function readSilence(body: unknown, nowMs: number): SilenceRequest {
  const reader = new BodyReader('silence');
  if (body === undefined) reader.items(body, 'models.PostableSilence');
  const fields = reader.fields(body, 'models.PostableSilence');
  reader.require(fields, ['comment', 'createdBy', 'endsAt', 'matchers', 'startsAt']);
  const items = reader.items(fields.matchers, 'models.Matchers');
  reader.atLeast(items, 1, 'matchers');
  const matchers = items.map((item, i) => readMatcher(reader, item, i));
  const startsAtMs = reader.time(fields.startsAt, 'PostableSilence.startsAt') ?? 0;
  const endsAtMs = reader.time(fields.endsAt, 'PostableSilence.endsAt') ?? 0;
  if (startsAtMs >= endsAtMs) {
    throw new HandlerError(400, 'Failed to create silence: start time must be before end time');
  }
  if (endsAtMs < nowMs)
    throw new HandlerError(400, "Failed to create silence: end time can't be in the past");
  return {
    id: reader.text(fields.id, 'PostableSilence.id'),
    createdBy: reader.text(fields.createdBy, 'PostableSilence.createdBy'),
    comment: reader.text(fields.comment, 'PostableSilence.comment'),
    annotations: reader.texts(fields.annotations, 'PostableSilence.annotations', 'models.LabelSet'),
    startsAtMs,
    endsAtMs,
    matcherSets: [matchers.map(toMatcher)],
  };
}

interface MatcherJson {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
}

function readMatcher(reader: BodyReader, item: unknown, i: number): MatcherJson {
  const fields = reader.fields(item, 'models.Matcher');
  reader.require(fields, ['isRegex', 'name', 'value'], `matchers.${i}.`);
  const isRegex = reader.flag(fields.isRegex, 'Matcher.matchers.isRegex', false);
  const isEqual = reader.flag(fields.isEqual, 'Matcher.matchers.isEqual', true);
  return {
    type: isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=',
    name: reader.text(fields.name, 'Matcher.matchers.name'),
    value: reader.text(fields.value, 'Matcher.matchers.value'),
  };
}

/** The expression is tried without anchors first: complaints show it as it was written. */
function toMatcher({ type, name, value }: MatcherJson, i: number): LabelMatcher {
  try {
    if (type === '=~' || type === '!~') compile(value);
  } catch (cause) {
    const reason = `invalid regular expression ${JSON.stringify(value)}: ${(cause as Error).message}`;
    throw new InvalidSilenceError(`invalid silence: invalid label matcher ${i} in set 0: ${reason}`, {
      cause,
    });
  }
  return new LabelMatcher(type, name, value);
}

const UUID = /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i;

/** @throws RequestError where the id in a path is no UUID */
export function checkSilenceId(id: string): string {
  if (UUID.test(id)) return id;
  throw new RequestError(422, 601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`);
}
