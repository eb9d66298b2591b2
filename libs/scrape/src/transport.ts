import { type Body } from './ingest.js';

/** One scrape on its way. */
export interface ScrapeRequest {
  readonly url: string;
  /** A Unix socket to connect to in place of the URL's host; empty for none. */
  readonly socketPath: string;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request; its reason says why. */
  readonly signal: AbortSignal;
  /** How long the uncompressed body may not be; 0 for no limit. */
  readonly bodySizeLimitBytes: number;
  /** How long the last body was. */
  readonly expectedBytes: number;
}

/** A body, which goes back with `release` when it has been read. */
export interface FetchedBody extends Body {
  readonly release: () => void;
}

/** A road to targets. */
export interface ScrapeTransport {
  /** Whether it can be used at all. @throws HttpClientSetupError when a certificate that it needs cannot be read */
  checkSetup(): Promise<void>;
  /**
   * Resolves with the body of an answer with status 200, uncompressed.
   * @throws HttpRequestError, ScrapeError or BodySizeError with upstream's words.
   */
  fetch(request: ScrapeRequest): Promise<FetchedBody>;
  /** Closes what is open; requests under way fail. */
  close(): Promise<void>;
}
