import { connect, type Socket } from 'node:net';
import { countDial, type DialCounts, goReason, type SocketEnds } from '@narthex/httpclient';
import { BodySizeError, ScrapeError } from './errors.js';
import { type ResponseHandler, ResponseReader } from './response-reader.js';

/** A connection that its server closed before it answered: on a used one the request may be sent again. */
export class ClosedIdleError extends ScrapeError {}

/** Thrown by a handler that wants no more of an answer. */
export class AnswerError extends ScrapeError {}

/** Where to connect to: a host, or a Unix socket. */
export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string };

interface Exchange {
  readonly reader: ResponseReader;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  hasBytes: boolean;
}

/**
 * One HTTP/1.1 connection, for one exchange at a time. All connections read into the same buffer: it is looked at
 * and left before the next read.
 */
export class SocketConnection {
  readonly #socket: Socket;
  #exchange: Exchange | undefined;
  /** Known from when it is connected; after an error the socket itself no longer tells. */
  #ends: SocketEnds | undefined;
  #isClosed = false;
  #isUsed = false;

  constructor(
    address: SocketAddress,
    buffer: Buffer,
    onClose: (connection: SocketConnection) => void,
    dials?: DialCounts,
  ) {
    this.#socket = connect({
      ...address,
      noDelay: true,
      onread: {
        buffer,
        callback: (length, bytes) => {
          this.#onBytes(bytes.subarray(0, length));
          return true;
        },
      },
    });
    if (dials !== undefined) countDial(this.#socket, dials);
    this.#socket.on('connect', () => {
      const { localAddress, localPort, remoteAddress, remotePort } = this.#socket;
      this.#ends = { localAddress, localPort, remoteAddress, remotePort };
    });
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#fail(new ScrapeError('EOF'));
      onClose(this);
    });
  }

  get isOpen(): boolean {
    return !this.#isClosed && !this.#socket.destroyed;
  }

  /**
   * Sends a request and reads its answer into the handler. Resolves when the answer has ended; whether the connection
   * can be used again tells {@link isOpen}.
   */
  async exchange(request: string, handler: ResponseHandler, signal: AbortSignal): Promise<void> {
    const reader = new ResponseReader(handler);
    const wasUsed = this.#isUsed;
    this.#isUsed = true;
    let exchange: Exchange | undefined;
    const onAbort = (): void => this.#fail(signal.reason);
    try {
      await new Promise<void>((resolve, reject) => {
        exchange = { reader, resolve, reject, hasBytes: false };
        this.#exchange = exchange;
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
        else this.#socket.write(request, 'utf8');
      });
    } catch (error) {
      this.close();
      if (error instanceof BodySizeError || error instanceof AnswerError) throw error;
      if (wasUsed && exchange?.hasBytes === false && !signal.aborted)
        throw new ClosedIdleError('EOF', { cause: error });
      throw new ScrapeError(this.#reason(error), { cause: error });
    } finally {
      this.#exchange = undefined;
      signal.removeEventListener('abort', onAbort);
    }
    if (!reader.keepsAlive) this.close();
  }

  close(): void {
    this.#socket.destroy();
  }

  #reason(error: unknown): string {
    return error instanceof ScrapeError ? error.message : goReason(error, this.#ends);
  }

  #onBytes(bytes: Uint8Array): void {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      // Nobody asked.
      this.close();
      return;
    }
    exchange.hasBytes = true;
    try {
      exchange.reader.push(bytes);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (exchange.reader.isDone) exchange.resolve();
  }

  #onEnd(): void {
    const exchange = this.#exchange;
    this.#socket.end();
    if (exchange === undefined) return;
    try {
      exchange.reader.end();
      exchange.resolve();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#exchange?.reject(error);
    if (!this.#isClosed) this.close();
  }
}
