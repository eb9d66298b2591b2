/** `--enable-feature` names something that is not there. */
export class FeatureError extends Error {
  readonly code = 'FEATURE';
  override readonly name = 'FeatureError';
}

/** `--web.external-url` or `--web.route-prefix` cannot be used. */
export class ExternalUrlError extends Error {
  readonly code = 'EXTERNAL_URL';
  override readonly name = 'ExternalUrlError';
}

/** A flag asks for something that is not there yet, and going without it would be unsafe. */
export class UnsupportedFlagError extends Error {
  readonly code = 'FLAG_UNSUPPORTED';
  override readonly name = 'UnsupportedFlagError';

  constructor(flag: string) {
    super(`--${flag} is not supported yet by this Alertmanager`);
  }
}
