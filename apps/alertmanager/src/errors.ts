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
