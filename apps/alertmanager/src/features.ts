import { type Logger } from '@narthex/process';
import { FeatureError } from './errors';
import { type MatcherMode } from './matchers/matcher-parser';

/** What `--enable-feature` turns on. */
export interface Features {
  readonly matcherMode: MatcherMode;
  readonly receiverNamesInMetrics: boolean;
}

/** Features of upstream that change nothing here. */
const WITHOUT_EFFECT = new Set(['auto-gomemlimit', 'auto-gomaxprocs']);
/** Features of upstream that are not there yet. */
const NOT_YET = new Set(['alert-names-in-metrics', 'group-key-in-metrics', 'event-recorder']);

/** Reads the list of features. @throws FeatureError */
export function readFeatures(list: string, logger: Logger): Features {
  const names = new Set(list === '' ? [] : list.split(','));
  for (const name of names) {
    if (name === 'receiver-name-in-metrics' || name === 'classic-mode' || name === 'utf8-strict-mode') {
      logger.warn('Experimental feature enabled', { feature: name });
    } else if (WITHOUT_EFFECT.has(name)) {
      logger.warn('This feature has no effect here', { feature: name });
    } else if (NOT_YET.has(name)) {
      throw new FeatureError(
        `option '${name}' for --enable-feature is not supported yet by this Alertmanager`,
      );
    } else {
      throw new FeatureError(`unknown option '${name}' for --enable-feature`);
    }
  }
  if (names.has('classic-mode') && names.has('utf8-strict-mode')) {
    throw new FeatureError('cannot have both classic and UTF-8 modes enabled');
  }
  const matcherMode = names.has('classic-mode')
    ? 'classic'
    : names.has('utf8-strict-mode')
      ? 'utf8'
      : 'fallback';
  return { matcherMode, receiverNamesInMetrics: names.has('receiver-name-in-metrics') };
}
