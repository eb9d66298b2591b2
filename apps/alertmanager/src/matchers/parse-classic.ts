import { type MatchType } from '@narthex/model';
import { MatcherSyntaxError } from './errors';
import { LabelMatcher } from './label-matcher';

const MATCHER =
  /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*([^]*?)[\t\n\f\r ]*$/;

/**
 * Reads one matcher in the syntax before UTF-8 names: a plain name, an operator, a value that may be in quotes.
 * A backslash escapes `\`, `"` and `n`; before anything else it stands for itself.
 * @throws MatcherSyntaxError, RegexpError
 */
export function parseMatcherClassic(input: string): LabelMatcher {
  const parts = MATCHER.exec(input);
  if (parts === null) throw new MatcherSyntaxError(`bad matcher format: ${input}`);
  return new LabelMatcher(parts[2] as MatchType, parts[1]!, unescapeValue(parts[3]!));
}

/**
 * Reads `{a="b", c=~d}`: matchers between commas, braces optional.
 * @throws MatcherSyntaxError, RegexpError
 */
export function parseMatchersClassic(input: string): LabelMatcher[] {
  return splitAtCommas(input.replace(/^\{/, '').replace(/\}$/, '')).map(parseMatcherClassic);
}

function unescapeValue(raw: string): string {
  const opened = raw.startsWith('"');
  const body = opened ? raw.slice(1) : raw;
  const closed = body.endsWith('"') && !endsInEscape(body.slice(0, -1));
  const inner = opened && closed ? body.slice(0, -1) : body;
  if (opened !== closed || hasBareQuote(inner)) {
    throw new MatcherSyntaxError(`matcher value contains unescaped double quote: ${raw}`);
  }
  return inner.replace(/\\([n"\\])/g, (_escape, character: string) => (character === 'n' ? '\n' : character));
}

/** True when the text ends in an odd number of backslashes. */
function endsInEscape(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(text);
}

function hasBareQuote(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*"/.test(text);
}

function splitAtCommas(text: string): string[] {
  const tokens: string[] = [];
  let token = '';
  let quoted = false;
  let escaped = false;
  for (const character of text) {
    if (character === ',' && !quoted) {
      tokens.push(token);
      token = '';
      continue;
    }
    if (character === '"') {
      if (escaped) escaped = false;
      else quoted = !quoted;
    } else {
      escaped = character === '\\' && !escaped;
    }
    token += character;
  }
  const last = token.trim();
  return last === '' ? tokens : [...tokens, last];
}
