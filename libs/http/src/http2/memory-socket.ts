import { Duplex } from 'node:stream';

/** What a program asks of a socket beside its octets. */
export interface SocketFacts {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly remoteFamily: string | undefined;
  readonly encrypted: boolean;
}

/** One end of a connection within the process: what is written to one end is read from the other. */
export class MemorySocket extends Duplex {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly remoteFamily: string | undefined;
  readonly encrypted: boolean;
  #peer: MemorySocket | undefined;
  /** Called when the other end has read what was written. */
  #written: ((error?: Error | null) => void) | undefined;
  #isAtEnd = false;
  #bytesWritten = 0;

  private constructor(facts: SocketFacts) {
    super();
    this.remoteAddress = facts.remoteAddress;
    this.remotePort = facts.remotePort;
    this.remoteFamily = facts.remoteFamily;
    this.encrypted = facts.encrypted;
  }

  /** Both ends; each tells of the same client. */
  static pair(facts: SocketFacts): readonly [MemorySocket, MemorySocket] {
    const [one, other] = [new MemorySocket(facts), new MemorySocket(facts)];
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  /** As a socket's. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  override _read(): void {
    const peer = this.#peer;
    if (peer !== undefined) peer.#goOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const peer = this.#peer;
    this.#bytesWritten += chunk.length;
    if (peer === undefined || peer.destroyed) callback(brokenPipe());
    else if (peer.push(chunk)) callback();
    else this.#written = callback;
  }

  override _final(callback: (error?: Error | null) => void): void {
    const peer = this.#peer;
    if (peer !== undefined) peer.#endReading();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const peer = this.#peer;
    this.#peer = undefined;
    this.#goOn(brokenPipe());
    callback(error);
    // Not within a call of the other end.
    if (peer !== undefined) process.nextTick(() => peer.#leftAlone());
  }

  #goOn(error?: Error): void {
    const written = this.#written;
    this.#written = undefined;
    written?.(error);
  }

  /** The other end is gone: what it has sent can still be read, nothing can be sent. */
  #leftAlone(): void {
    if (this.destroyed) return;
    this.#goOn(brokenPipe());
    this.#endReading();
  }

  #endReading(): void {
    if (this.#isAtEnd || this.destroyed) return;
    this.#isAtEnd = true;
    this.push(null);
  }
}

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
}
