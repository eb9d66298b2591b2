/** What the server writes into the page when it serves it. */
export interface Served {
  /** Where the server's paths begin, with a slash at both ends: `/`, `/prometheus/`. */
  readonly pathPrefix: string;
  /** Address of the console templates; empty when there are none. */
  readonly consolesLink: string;
  readonly agentMode: boolean;
  /** False when the server was still replaying its log when it served the page. */
  readonly ready: boolean;
  /** A duration such as `5m`; empty when unknown. */
  readonly lookbackDelta: string;
  readonly title: string;
}

const defaultTitle = 'Prometheus Time Series Collection and Processing Server';

/** Reads the placeholders of `index.html`; one that was left as it is counts as not given. */
export function readServed(page: Document): Served {
  const meta = (name: string): string => {
    const content = page.querySelector(`meta[name="server:${name}"]`)?.getAttribute('content') ?? '';
    return content.endsWith('_PLACEHOLDER') ? '' : content;
  };
  return {
    // Every page lies directly under the prefix, so the folder of the page is the prefix.
    pathPrefix: new URL('.', page.baseURI).pathname,
    consolesLink: meta('consoles-link'),
    agentMode: meta('agent-mode') === 'true',
    ready: meta('ready') !== 'false',
    lookbackDelta: meta('lookback-delta'),
    title: page.title.endsWith('_PLACEHOLDER') || page.title === '' ? defaultTitle : page.title,
  };
}
