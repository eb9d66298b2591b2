/** A scrape configuration whose fields do not go together, or not with `global`. */
export class ScrapeConfigError extends Error {
  readonly code = 'SCRAPE_CONFIG';
  override readonly name = 'ScrapeConfigError';
}

/** Labels that make no target. */
export class TargetError extends Error {
  readonly code = 'TARGET';
  override readonly name = 'TargetError';
}

/** A scrape that failed, in the words that upstream shows as the target's last error. */
export class ScrapeError extends Error {
  readonly code = 'SCRAPE';
  override readonly name = 'ScrapeError';
}

/** The body of an answer is longer than allowed. */
export class BodySizeError extends Error {
  readonly code = 'BODY_SIZE';
  override readonly name = 'BodySizeError';

  constructor() {
    super('body size limit exceeded');
  }
}
