import { createHash } from 'node:crypto';
import { type Registry } from '@narthex/client';
import { type DialCounts } from '@narthex/httpclient';
import { Labels } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { RemoteConfigError } from '../errors.js';
import { redactedUrl } from '../send/redacted-url.js';
import { type MatcherFields, type RemoteSelect, type StoreAnswer } from './port-protocol.js';
import { type ReadClient } from './read-client.js';
import { ReadClientMetrics } from './read-client-metrics.js';
import { type RemoteReadSettings } from './read-config.js';

export interface RemoteReadStorageOptions {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly userAgent: string;
  /** From when on the local storage has everything: stores without `read_recent` are not asked for that. */
  readonly localStartMs: () => number;
  /** Counts connections; asked for when there is a store. */
  readonly dials?: (() => DialCounts) | undefined;
}

/** The stores of `remote_read`, asked all at once. */
export class RemoteReadStorage {
  readonly #options: RemoteReadStorageOptions;
  readonly #metrics: ReadClientMetrics;
  /** How many stores there are, for all threads to see. */
  readonly #count = new Int32Array(new SharedArrayBuffer(4));
  #externalLabels = Labels.EMPTY;
  #clients: readonly ReadClient[] = [];

  constructor(options: RemoteReadStorageOptions) {
    this.#options = options;
    this.#metrics = new ReadClientMetrics(options.registry);
  }

  get hasStores(): boolean {
    return this.#clients.length > 0;
  }

  /** How many stores there are, now and later. */
  get storeCount(): Int32Array {
    return this.#count;
  }

  /**
   * @throws RemoteConfigError when an element stands there twice, HttpClientSetupError; then nothing has changed
   */
  async applyConfig({ externalLabels, remoteReads }: RemoteReadSettings): Promise<void> {
    const { clock, userAgent, dials } = this.#options;
    // Loaded with the first store: it brings a compression that many processes never need.
    const client = remoteReads.length === 0 ? undefined : await import('./read-client.js');
    const before = this.#clients;
    const seen = new Set<string>();
    const named = remoteReads.map(({ config, yaml }) => {
      const hash = createHash('md5').update(yaml).digest('hex');
      if (seen.has(hash)) {
        throw new RemoteConfigError(
          `duplicate remote read configs are not allowed, found duplicate for URL: ${redactedUrl(config.url)}`,
        );
      }
      seen.add(hash);
      return { config, name: config.name === '' ? hash.slice(0, 6) : config.name };
    });
    const clients = named.map(
      ({ config, name }) =>
        new client!.ReadClient({ name, config, clock, userAgent, metrics: this.#metrics, dials: dials?.() }),
    );
    for (const one of clients) await one.checkSetup();
    this.#externalLabels = externalLabels;
    this.#clients = clients;
    Atomics.store(this.#count, 0, clients.length);
    for (const one of before) void one.retire(!clients.some((client) => client.isCalledAs(one)));
  }

  /** Asks every store that may have something. Those that fail say so in their answers. */
  select(select: RemoteSelect, signal: AbortSignal): Promise<readonly StoreAnswer[]> {
    const asked = this.#asked(select.minTimeMs, select.maxTimeMs);
    const answers = asked.map(({ client, maxTimeMs }) => this.#ask(client, { ...select, maxTimeMs }, signal));
    return Promise.all(answers).then((all) => all.filter((answer) => answer !== undefined));
  }

  /** What there is to say about labels of a time range, in upstream's words: the protocol has no question for them. */
  labels(minTimeMs: number, maxTimeMs: number): readonly StoreAnswer[] {
    return this.#asked(minTimeMs, maxTimeMs).map(() => ({ warning: 'not implemented' }));
  }

  async close(): Promise<void> {
    Atomics.store(this.#count, 0, 0);
    await Promise.all(this.#clients.map((client) => client.retire(true)));
    this.#clients = [];
  }

  /** The stores for a time range, and up to when each is asked. */
  #asked(
    minTimeMs: number,
    maxTimeMs: number,
  ): readonly { readonly client: ReadClient; readonly maxTimeMs: number }[] {
    const localStartMs = this.#options.localStartMs();
    return this.#clients.flatMap((client) => {
      if (client.config.read_recent) return [{ client, maxTimeMs }];
      return minTimeMs > localStartMs ? [] : [{ client, maxTimeMs: Math.min(maxTimeMs, localStartMs) }];
    });
  }

  async #ask(
    client: ReadClient,
    select: RemoteSelect,
    signal: AbortSignal,
  ): Promise<StoreAnswer | undefined> {
    const { config } = client;
    if (!meets(select.matchers, config.required_matchers)) return undefined;
    const added = config.filter_external_labels
      ? [...this.#externalLabels].filter(isFree(select.matchers))
      : [];
    const matchers = [...select.matchers, ...added.map(([name, value]) => ['=', name, value] as const)];
    try {
      const answer = await client.read({ ...select, matchers }, signal);
      return {
        ...answer,
        addedLabels: added.map(([name]) => name),
        frameLimitBytes: config.chunked_read_limit,
      };
    } catch (error) {
      return { warning: `remote_read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}

/** Whether a query has all the matchers that a store asks for. */
function meets(matchers: readonly MatcherFields[], required: Labels): boolean {
  return [...required].every(([name, value]) =>
    matchers.some((matcher) => matcher[0] === '=' && matcher[1] === name && matcher[2] === value),
  );
}

/** Tells labels that a query says nothing about. */
function isFree(matchers: readonly MatcherFields[]): (label: readonly [string, string]) => boolean {
  const named = new Set(matchers.map(([, name]) => name));
  return ([name]) => !named.has(name);
}
