import { type Registry } from '@narthex/client';
import { type Listening } from '@narthex/http';
import { type Clock, type Logger, versionInfo } from '@narthex/process';
import { WriteReceiver } from '@narthex/remote';
import { type ServerConfig } from '@narthex/server-config';
import { type Appendable, type ChunkQueryable, type Queryable } from '@narthex/storage';
import { type Endpoint } from '../api/endpoint.js';
import { type ServedAt } from '../flags/external-url.js';
import { type Features } from '../flags/features.js';
import { type ServerFlags } from '../flags/flags.js';
import { type ConsoleOptions } from '../web/consoles.js';
import { type FederationOptions } from '../web/federate.js';
import { furtherSources } from './api-sources.js';
import { type LoadedConfig } from './load-everything.js';
import { type ServerFacts } from './server-facts.js';
import { type ServerTracing } from './tracing/server-tracing.js';

/** What the modes of a server are given. */
export interface ModeContext {
  readonly flags: ServerFlags;
  readonly features: Features;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly served: ServedAt;
  readonly facts: ServerFacts;
  readonly tracing: ServerTracing;
  /** The configuration in force. */
  readonly config: () => ServerConfig;
  /** Endpoints that are there already. */
  readonly earlyEndpoints: readonly Endpoint[];
  /** Where the server listens. */
  readonly addresses: () => Listening['addresses'];
}

/** What a server answers once it is ready. */
export interface WebParts {
  readonly endpoints: readonly Endpoint[];
  readonly federation: FederationOptions;
  readonly consoles: ConsoleOptions;
}

/** What a server does besides listening: all that Prometheus does, or what an agent does. */
export interface Mode {
  /** Takes a checked configuration over. */
  apply(loaded: LoadedConfig): Promise<void>;
  web(): Promise<WebParts>;
  /** Called when the server is ready. */
  ready(): void;
  /** Stops everything; what was stored is on disk when it resolves. */
  stop(): Promise<void>;
}

export function userAgent(): string {
  return `Prometheus/${versionInfo().version}`;
}

/** What the API of either mode tells of alike. */
export async function commonSources(
  context: ModeContext,
  storage: Queryable & ChunkQueryable & Appendable,
): Promise<
  Awaited<ReturnType<typeof furtherSources>> & {
    readonly remoteWrite: WriteReceiver | undefined;
    readonly earlyEndpoints: readonly Endpoint[];
    readonly openApi: { readonly programVersion: string; readonly serverUrl: string };
    readonly own: ReturnType<ServerFacts['ownAddress']>;
  }
> {
  const { served, facts, earlyEndpoints, addresses } = context;
  return {
    ...(await furtherSources({ ...context, database: storage })),
    remoteWrite: await writeReceiver(context, storage),
    earlyEndpoints,
    openApi: {
      programVersion: versionInfo().version,
      serverUrl: `${served.externalUrl.href.replace(/\/+$/, '')}/api/v1`,
    },
    own: facts.ownAddress(addresses()),
  };
}

/** What consoles of either mode are given alike. */
export function consoleSources({ flags, clock, served, config }: ModeContext): Omit<ConsoleOptions, 'query'> {
  return {
    templateFolder: flags['web.console.templates'],
    libraryFolder: flags['web.console.libraries'],
    clock,
    externalUrl: served.externalUrl,
    externalLabels: () => config().externalLabels,
  };
}

async function writeReceiver(
  { flags, clock, logger, registry }: ModeContext,
  appendable: Appendable,
): Promise<WriteReceiver | undefined> {
  if (!flags['web.enable-remote-write-receiver']) return undefined;
  return WriteReceiver.create({
    appendable,
    clock,
    logger: logger.with({ component: 'web' }),
    registry,
    acceptedMessages: flags['web.remote-write-receiver.accepted-protobuf-messages'],
  });
}
