import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type Logger } from '@narthex/process';
import { type ConnectionCounts, ConnectionGate } from './connection-gate.js';
import { ListenError } from './errors.js';
import { formatHostPort, parseListenAddress } from './listen-address.js';
import { Http2Front } from './http2/http2-front.js';
import { type WebGuard } from './web-config/web-guard.js';

export interface ListenOptions {
  /** `host:port` each; all of them serve the same handler. */
  readonly addresses: readonly string[];
  readonly handler: RequestListener;
  readonly logger: Logger;
  /** How long a request may take to arrive, and an idle connection to stay. Default 5 minutes, as upstream's server. */
  readonly readTimeoutMs?: number;
  /** Connections beyond this many, counted over all addresses, wait until another closes. */
  readonly maxConnections?: number;
  /** Counts connections. */
  readonly counts?: ConnectionCounts;
  /** Largest sum of a request's header sizes. Default 64 KiB. */
  readonly maxHeaderBytes?: number;
  /** TLS, passwords and the rest of a web configuration file. */
  readonly guard?: WebGuard | undefined;
}

/** Servers that listen. */
export interface Listening {
  /** Where each one listens, the port filled in where 0 was asked for. */
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  /**
   * Stops accepting, lets running requests end, and cuts what still runs after `graceMs`.
   */
  close(graceMs?: number): Promise<void>;
}

/**
 * Opens every address or none.
 * @throws ListenError naming the address that could not be opened.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const servers: ListeningServer[] = [];
  const gate = new ConnectionGate(options.maxConnections ?? Infinity, options.counts);
  try {
    for (const address of options.addresses) servers.push(await open(address, options, gate));
  } catch (error) {
    await Promise.all(servers.map((server) => close(server, 0)));
    throw error;
  }
  return {
    addresses: servers.map(({ server }) => boundTo(server)),
    close: async (graceMs = 5000) => {
      gate.close();
      await Promise.all(servers.map((server) => close(server, graceMs)));
    },
  };
}

/** A server and, where it offers HTTP/2, what speaks that. */
interface ListeningServer {
  readonly server: Server;
  readonly http2?: Http2Front;
}

function open(address: string, options: ListenOptions, gate: ConnectionGate): Promise<ListeningServer> {
  const { host, port } = parseListenAddress(address);
  const readTimeoutMs = options.readTimeoutMs ?? 300_000;
  const guarded = createGuarded(options, readTimeoutMs, gate);
  const { server } = guarded;
  server.requestTimeout = readTimeoutMs;
  server.headersTimeout = Math.min(60_000, readTimeoutMs);
  server.keepAliveTimeout = readTimeoutMs;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(address, error)));
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => options.logger.error('Error serving HTTP', { err: error, address }));
      resolve(guarded);
    });
  });
}

function createGuarded(options: ListenOptions, readTimeoutMs: number, gate: ConnectionGate): ListeningServer {
  const { guard, handler, maxHeaderBytes = 64 * 1024 } = options;
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    // How often Node looks for requests that take too long.
    connectionsCheckingInterval: Math.min(30_000, Math.max(100, readTimeoutMs / 4)),
  };
  const protectedHandler = guard === undefined ? handler : guard.protect(handler);
  if (guard?.tls === undefined) {
    const server = createServer(limits, protectedHandler);
    gate.guard(server);
    return { server };
  }
  const protocols = guard.http2 ? ['h2', 'http/1.1'] : ['http/1.1'];
  const server = createTlsServer({ ...limits, ...guard.tls, ALPNProtocols: protocols }, protectedHandler);
  const http2 = guard.http2
    ? new Http2Front({ server: createServer(limits, protectedHandler), readTimeoutMs, maxHeaderBytes })
    : undefined;
  http2?.standBefore(server);
  guard.attach(server);
  gate.guard(server, () => guard.refreshTls());
  return { server, ...(http2 && { http2 }) };
}

function listenError(address: string, error: NodeJS.ErrnoException): ListenError {
  if (error.code === 'EADDRINUSE') {
    return new ListenError('LISTEN_IN_USE', address, 'bind: address already in use', { cause: error });
  }
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'bind: permission denied',
    EADDRNOTAVAIL: 'bind: cannot assign requested address',
    ENOTFOUND: 'lookup: no such host',
  };
  return new ListenError('LISTEN_FAILED', address, reasons[error.code ?? ''] ?? error.message, {
    cause: error,
  });
}

function boundTo(server: Server): { host: string; port: number } {
  const bound = server.address();
  if (bound === null || typeof bound === 'string')
    throw new Error('a TCP server has an address while it listens');
  return { host: bound.address, port: bound.port };
}

async function close({ server, http2 }: ListeningServer, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  http2?.close();
  server.closeIdleConnections();
  // A connection whose last request ends only now falls idle without Node closing it.
  const sweep = setInterval(() => server.closeIdleConnections(), 25);
  const cut = setTimeout(() => {
    server.closeAllConnections();
    http2?.closeNow();
  }, graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

/** How an address is shown in a log line. */
export function shownAddress(bound: { readonly host: string; readonly port: number }): string {
  return formatHostPort(bound.host, bound.port);
}
