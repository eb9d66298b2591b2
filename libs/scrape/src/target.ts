import { createHash } from 'node:crypto';
import { type Labels, parseDuration } from '@narthex/model';
import { type MetadataCache } from './metadata-cache.js';
import {
  ADDRESS,
  ALWAYS_SCRAPE_CLASSIC_HISTOGRAMS,
  CONVERT_CLASSIC_HISTOGRAMS,
  isSwitchedOn,
  METRICS_PATH,
  PARAM_PREFIX,
  publicLabels,
  SCHEME,
  SCRAPE_INTERVAL,
  SCRAPE_NATIVE_HISTOGRAMS,
  SCRAPE_TIMEOUT,
  UNIX_SOCKET,
} from './target-labels.js';
import { targetUrl } from './target-url.js';

export type TargetHealth = 'unknown' | 'up' | 'down';

/** How the last scrape of a target went. */
export interface ScrapeOutcome {
  readonly startMs: number;
  readonly durationMs: number;
  /** Empty when it went well. */
  readonly error: string;
}

/** What is made of the target's histograms. */
export interface HistogramSwitches {
  readonly native: boolean;
  readonly alwaysClassic: boolean;
  readonly convertClassic: boolean;
}

/** Something to scrape, and how that went last. */
export class Target {
  /** After relabelling, with the labels that begin with two underscores. */
  readonly labels: Labels;
  /** What its series get. */
  readonly publicLabels: Labels;
  readonly url: string;
  /** Two targets are the same when their identities are. */
  readonly identity: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly histograms: HistogramSwitches;
  /** Connected to in place of the URL's host; empty for none. */
  readonly socketPath: string;
  /** Before relabelling; a later discovery of the same target may change them. */
  discoveredLabels: Labels;
  metadata: MetadataCache | undefined;
  #last: ScrapeOutcome | undefined;

  constructor(labels: Labels, discovered: Labels, params: ReadonlyMap<string, readonly string[]>) {
    this.labels = labels;
    this.discoveredLabels = discovered;
    this.publicLabels = publicLabels(labels);
    this.url = urlOf(labels, params);
    this.socketPath = labels.get(UNIX_SOCKET);
    this.identity = `${labels.key}\n${this.url}`;
    this.intervalMs = parseDuration(labels.get(SCRAPE_INTERVAL));
    this.timeoutMs = parseDuration(labels.get(SCRAPE_TIMEOUT));
    this.histograms = {
      native: isSwitchedOn(labels, SCRAPE_NATIVE_HISTOGRAMS),
      alwaysClassic: isSwitchedOn(labels, ALWAYS_SCRAPE_CLASSIC_HISTOGRAMS),
      convertClassic: isSwitchedOn(labels, CONVERT_CLASSIC_HISTOGRAMS),
    };
  }

  get health(): TargetHealth {
    if (this.#last === undefined) return 'unknown';
    return this.#last.error === '' ? 'up' : 'down';
  }

  /** Undefined before the first scrape has ended. */
  get last(): ScrapeOutcome | undefined {
    return this.#last;
  }

  report(outcome: ScrapeOutcome): void {
    this.#last = outcome;
  }

  /**
   * Milliseconds from now to the target's next moment: every target has its own within the interval, and the seed
   * makes it differ between servers.
   */
  offsetMs(nowMs: number, seed: bigint): number {
    const digest = createHash('sha256').update(this.identity).digest();
    const own = Number((digest.readBigUInt64BE(0) ^ seed) % BigInt(this.intervalMs));
    const next = this.intervalMs - (nowMs % this.intervalMs) + own;
    return next > this.intervalMs ? next - this.intervalMs : next;
  }
}

function urlOf(labels: Labels, configured: ReadonlyMap<string, readonly string[]>): string {
  const params = new Map(configured);
  for (const [name, value] of labels) {
    if (!name.startsWith(PARAM_PREFIX)) continue;
    const key = name.slice(PARAM_PREFIX.length);
    params.set(key, [value, ...(params.get(key) ?? []).slice(1)]);
  }
  return targetUrl({
    scheme: labels.get(SCHEME),
    host: labels.get(ADDRESS),
    path: labels.get(METRICS_PATH),
    params,
  });
}
