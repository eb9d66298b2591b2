import { type Logger } from '@narthex/process';
import { MatcherSyntaxError } from './errors';
import { type LabelMatcher } from './label-matcher';
import { parseMatcherClassic, parseMatchersClassic } from './parse-classic';
import { parseMatchersUtf8 } from './parse-utf8';

/** `--enable-feature` chooses: `fallback` by default, `classic` by classic-mode, `utf8` by utf8-strict-mode. */
export type MatcherMode = 'fallback' | 'classic' | 'utf8';

const INCOMPATIBLE =
  'Alertmanager is moving to a new parser for labels and matchers, and this input is incompatible. Alertmanager has ' +
  'instead parsed the input using the classic matchers parser as a fallback. To make this input compatible with the ' +
  'UTF-8 matchers parser please make sure all regular expressions and values are double-quoted and backslashes are ' +
  'escaped. If you are still seeing this message please open an issue.';

/** Reads matchers from the configuration file and from API requests, in the mode the program runs in. */
export class MatcherParser {
  readonly mode: MatcherMode;
  readonly #logger: Logger;

  constructor(options: { readonly mode: MatcherMode; readonly logger: Logger }) {
    this.mode = options.mode;
    this.#logger = options.logger;
  }

  /** Zero or more matchers. @throws MatcherSyntaxError, RegexpError */
  parseAll(input: string, origin: string): LabelMatcher[] {
    return this.#parse(input, origin, parseMatchersUtf8, parseMatchersClassic);
  }

  /** Exactly one matcher, without braces. @throws MatcherSyntaxError, RegexpError */
  parseOne(input: string, origin: string): LabelMatcher {
    if (this.mode !== 'classic' && (input.startsWith('{') || input.endsWith('}'))) {
      throw new MatcherSyntaxError(`unexpected open or close brace: ${input}`);
    }
    const [matcher] = this.#parse(input, origin, parseSingleUtf8, (text) => [parseMatcherClassic(text)]);
    return matcher!;
  }

  /** True for a label name that configuration and silences may use in this mode. */
  isValidLabelName(name: string): boolean {
    return this.mode === 'classic'
      ? /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)
      : name !== '' && !/\p{Surrogate}/u.test(name);
  }

  #parse(input: string, origin: string, utf8: ParseMatchers, classic: ParseMatchers): LabelMatcher[] {
    if (this.mode === 'utf8') return utf8(input);
    if (this.mode === 'classic') return classic(input);
    const modern = attempt(utf8, input);
    const old = attempt(classic, input);
    if (!(modern instanceof Error)) {
      if (old instanceof Error || sameMatchers(modern, old)) return modern;
      this.#logger.warn('Matchers input has disagreement', { input, origin });
      return old;
    }
    if (old instanceof Error) throw old;
    this.#logger.warn(INCOMPATIBLE, { input, origin, err: modern, suggestion: old.join(',') });
    return old;
  }
}

type ParseMatchers = (input: string) => LabelMatcher[];

function parseSingleUtf8(input: string): LabelMatcher[] {
  const matchers = parseMatchersUtf8(input);
  if (matchers.length === 0) throw new MatcherSyntaxError('no matchers');
  if (matchers.length > 1) throw new MatcherSyntaxError(`expected 1 matcher, found ${matchers.length}`);
  return matchers;
}

function attempt(parse: ParseMatchers, input: string): LabelMatcher[] | Error {
  try {
    return parse(input);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function sameMatchers(a: readonly LabelMatcher[], b: readonly LabelMatcher[]): boolean {
  return a.length === b.length && a.every((matcher, i) => matcher.equals(b[i]!));
}
