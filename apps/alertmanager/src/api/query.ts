import { type Request } from 'express';
import { compileAnchored, type AnchoredRegexp } from '@narthex/regexp';
import { type Labels } from '@narthex/model';
import { type LabelMatcher } from '../matchers/label-matcher';
import { type MatcherParser } from '../matchers/matcher-parser';
import { HandlerError } from './errors';

const YES = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

/** A yes or no of the query; whatever is not a yes is a no. */
export function flagParameter(request: Request, name: string, otherwise: boolean): boolean {
  const [first] = textParameters(request, name);
  return first === undefined || first === '' ? otherwise : YES.has(first.toLowerCase());
}

/** Every value that a parameter was given. */
export function textParameters(request: Request, name: string): readonly string[] {
  const value = request.query[name];
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? [value] : [];
}

/** The matchers of a parameter. @throws HandlerError */
export function matcherParameters(request: Request, name: string, parser: MatcherParser): LabelMatcher[] {
  return textParameters(request, name).map((text) => {
    try {
      return parser.parseOne(text, 'api');
    } catch (cause) {
      throw new HandlerError(400, (cause as Error).message, { cause });
    }
  });
}

/** The regular expression that receivers have to match whole; undefined for all of them. @throws HandlerError */
export function receiverParameter(request: Request): AnchoredRegexp | undefined {
  const [pattern] = textParameters(request, 'receiver');
  if (pattern === undefined) return undefined;
  try {
    return compileAnchored(pattern, 'alertmanager');
  } catch (cause) {
    throw new HandlerError(400, `failed to parse receiver param: ${(cause as Error).message}`, { cause });
  }
}

/** True when the labels meet the matchers of a filter. */
export function meetsFilter(labels: Labels, matchers: readonly LabelMatcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}
