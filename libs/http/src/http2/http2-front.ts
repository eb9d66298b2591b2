import { type Server } from 'node:http';
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { type Server as TlsServer, type TLSSocket } from 'node:tls';
import { exchange } from './exchange.js';

export interface Http2FrontOptions {
  /** What answers the requests, an HTTP/1.1 server that need not listen. */
  readonly server: Server;
  /** How long a request may take to arrive, and a connection without one to stay. */
  readonly readTimeoutMs: number;
  /** Largest sum of a request's header sizes. */
  readonly maxHeaderBytes: number;
}

/** As many as Go's server takes at the same time on a connection. */
const MOST_STREAMS = 250;
/** Header lines of a request; Node's own limit for HTTP/1.1. */
const MOST_HEADERS = 2000;
/** MiB that a connection may keep in headers and buffers. */
const SESSION_MEMORY_MIB = 16;

/**
 * Speaks HTTP/2 with clients that have agreed on it in the TLS handshake. Floods (streams opened and reset at once,
 * settings, pings, headers without an end) are ended by nghttp2's own limits, with a GOAWAY.
 */
export class Http2Front {
  readonly #options: Http2FrontOptions;
  readonly #http2: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor(options: Http2FrontOptions) {
    this.#options = options;
    this.#http2 = createServer({
      maxSessionMemory: SESSION_MEMORY_MIB,
      maxHeaderListPairs: MOST_HEADERS,
      settings: { maxConcurrentStreams: MOST_STREAMS, maxHeaderListSize: options.maxHeaderBytes },
    });
    this.#http2.on('session', (session) => this.#watch(session));
    // What a session fails of ends that session alone.
    this.#http2.on('sessionError', () => undefined);
  }

  /** Takes over what a TLS server's clients ask for in `h2`; the rest stays with who listens already. */
  standBefore(tlsServer: TlsServer): void {
    const listeners = tlsServer.listeners('secureConnection') as ((socket: TLSSocket) => void)[];
    tlsServer.removeAllListeners('secureConnection');
    tlsServer.on('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol === 'h2') this.#http2.emit('connection', socket);
      else for (const listener of listeners) listener.call(tlsServer, socket);
    });
  }

  /** Lets requests that run end, and closes what has none. */
  close(): void {
    for (const session of this.#sessions) session.close();
  }

  /** Closes everything. */
  closeNow(): void {
    for (const session of this.#sessions) session.destroy();
  }

  #watch(session: ServerHttp2Session): void {
    const { server, readTimeoutMs, maxHeaderBytes } = this.#options;
    this.#sessions.add(session);
    const { socket } = session;
    const client = {
      remoteAddress: socket.remoteAddress,
      remotePort: socket.remotePort,
      remoteFamily: socket.remoteFamily,
      encrypted: true,
    };
    const idle = new IdleTimer(readTimeoutMs, () => closeIdle(session));
    session.on('stream', (stream, headers) => {
      idle.began();
      stream.once('close', () => idle.ended());
      exchange({ stream, headers, client, server, readTimeoutMs, maxHeaderBytes });
    });
    session.once('close', () => {
      idle.stop();
      this.#sessions.delete(session);
    });
  }
}

/** Says goodbye, and does not wait for an answer to it for ever. */
function closeIdle(session: ServerHttp2Session): void {
  session.close();
  const cut = setTimeout(() => session.destroy(), 1000);
  session.once('close', () => clearTimeout(cut));
}

/** Calls back once nothing has run for a time. */
class IdleTimer {
  readonly #timeoutMs: number;
  readonly #onIdle: () => void;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, onIdle: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#onIdle = onIdle;
    this.#wait();
  }

  began(): void {
    this.#running++;
    clearTimeout(this.#timer);
  }

  ended(): void {
    this.#running--;
    if (this.#running === 0) this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running = Infinity;
  }

  #wait(): void {
    this.#timer = setTimeout(this.#onIdle, this.#timeoutMs);
  }
}
