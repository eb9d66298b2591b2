import { type Clock, type Logger } from '@narthex/process';
import { type Request, type Response, type Router } from 'express';
import { type LabelMatcher } from '../matchers/label-matcher';
import { type MatcherParser } from '../matchers/matcher-parser';
import { InvalidSilenceError, SilenceNotFoundError } from '../silences/errors';
import { type Silence, type SilenceState } from '../silences/silence';
import { type Silences } from '../silences/silences';
import { sendJson } from './answer';
import { readJsonBody } from './body';
import { HandlerError } from './errors';
import { flagParameter, matcherParameters } from './query';
import { checkSilenceId, readSilence, silenceJson } from './silence-json';

export interface SilenceRoutesOptions {
  readonly silences: Silences;
  readonly parser: MatcherParser;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `--log.silences`. */
  readonly logChanges: boolean;
}

/** `/silences` and `/silence/<id>`. */
export class SilenceRoutes {
  readonly #options: SilenceRoutesOptions;

  constructor(options: SilenceRoutesOptions) {
    this.#options = options;
  }

  mount(router: Router): void {
    router.get('/silences', (request, response) => this.#list(request, response));
    router.post('/silences', (request, response) => this.#post(request, response));
    router.get('/silence/:id', (request, response) => this.#get(request.params.id, response));
    router.delete('/silence/:id', (request, response) => this.#expire(request.params.id, response));
  }

  #list(request: Request, response: Response): void {
    const { silences, parser } = this.#options;
    const matchers = matcherParameters(request, 'filter', parser);
    const wanted = new Set(STATES.filter((state) => flagParameter(request, state, true)));
    const found = Array.from(silences.all(), ({ silence }) => ({ silence, state: silences.state(silence) }))
      .filter(({ silence, state }) => wanted.has(state) && hasMatchers(silence, matchers))
      .sort(compareShown);
    sendJson(
      response,
      200,
      found.map(({ silence, state }) => silenceJson(silence, state)),
    );
  }

  #get(id: string, response: Response): void {
    const { silences } = this.#options;
    const silence = silences.get(checkSilenceId(id));
    if (silence === undefined) response.status(404).end();
    else sendJson(response, 200, silenceJson(silence, silences.state(silence)));
  }

  async #post(request: Request, response: Response): Promise<void> {
    const { silences, clock, logger, logChanges } = this.#options;
    const body = await readJsonBody(request, 'silence');
    try {
      const silenceID = silences.set(readSilence(body, clock.nowMs()));
      if (logChanges) logger.info('Silence set', { silence_id: silenceID });
      sendJson(response, 200, { silenceID });
    } catch (cause) {
      if (cause instanceof SilenceNotFoundError) throw new HandlerError(404, cause.message, { cause });
      if (!(cause instanceof InvalidSilenceError)) throw cause;
      logger.error('Failed to create silence', { err: cause });
      throw new HandlerError(400, cause.message, { cause });
    }
  }

  #expire(id: string, response: Response): void {
    const { silences, logger, logChanges } = this.#options;
    try {
      silences.expire(checkSilenceId(id));
      if (logChanges) logger.info('Silence expired', { silence_id: id });
      response.status(200).end();
    } catch (error) {
      if (!(error instanceof SilenceNotFoundError)) throw error;
      response.status(404).end();
    }
  }
}

const STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];

/** A filter names matchers as they stand in the silence; it does not match labels. */
function hasMatchers({ matcherSets }: Silence, wanted: readonly LabelMatcher[]): boolean {
  return wanted.every((one) =>
    matcherSets.some((matchers) => matchers.some((matcher) => matcher.equals(one))),
  );
}

interface Shown {
  readonly silence: Silence;
  readonly state: SilenceState;
}

/** Active ones by their end, then pending ones by their start, then expired ones, the latest first. */
function compareShown(a: Shown, b: Shown): number {
  if (a.state !== b.state) return STATES.indexOf(a.state) - STATES.indexOf(b.state);
  if (a.state === 'active') return a.silence.endsAtMs - b.silence.endsAtMs;
  if (a.state === 'pending') return a.silence.startsAtMs - b.silence.startsAtMs;
  return b.silence.endsAtMs - a.silence.endsAtMs;
}
