import { type VersionInfo } from '@narthex/process';
import { type Router } from 'express';
import { type MatcherParser } from '../matchers/matcher-parser';
import { labelFilter } from './alerts';
import { sendJson } from './answer';
import { type Current } from './current';
import { matcherParameters } from './query';

export interface StatusRoutesOptions {
  readonly current: () => Current;
  readonly parser: MatcherParser;
  readonly version: VersionInfo;
  /** When the program was started. */
  readonly startedAtMs: number;
}

/** `/status` and `/receivers`. */
export function mountStatus(router: Router, options: StatusRoutesOptions): void {
  const { current, parser, version, startedAtMs } = options;
  router.get('/status', (_request, response) =>
    sendJson(response, 200, {
      cluster: { peers: [], status: 'disabled' },
      config: { original: current().shownConfig },
      uptime: new Date(startedAtMs).toISOString(),
      versionInfo: version,
    }),
  );
  router.get('/receivers', (request, response) => {
    const wanted = labelFilter(current(), matcherParameters(request, 'receiver_matchers', parser));
    const receivers = current().receivers.filter(({ name }) => wanted(name));
    sendJson(
      response,
      200,
      receivers.map(({ name, labels }) => ({ labels: Object.fromEntries(labels), name })),
    );
  });
}
