import { quoteGo } from '@narthex/model';
import { ScrapeError } from './errors.js';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const SEMICOLON = 0x3b;
const MAX_HEADER_BYTES = 1 << 20;
const MAX_INFORMATIONAL = 5;

const PART = {
  head: 0,
  fixed: 1,
  untilClose: 2,
  chunkSize: 3,
  chunkData: 4,
  chunkEnd: 5,
  trailer: 6,
  done: 7,
} as const;
type Part = (typeof PART)[keyof typeof PART];

/** The start of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** Number and text, as the server wrote them. */
  readonly statusLine: string;
  /** Names in lower case; of repeated headers the first. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What a reader tells while it reads. */
export interface ResponseHandler {
  onHead(head: ResponseHead): void;
  /** Some bytes of the body, which are overwritten as soon as this returns. */
  onBody(bytes: Uint8Array): void;
}

/**
 * Reads one HTTP/1.x answer (RFC 9112) from bytes as they come. As strict and as lenient as Go's net/http, and with
 * its complaints: bare line feeds and folded headers pass, a body may end with the connection.
 */
export class ResponseReader {
  readonly #handler: ResponseHandler;
  #part: Part = PART.head;
  /** The head so far, where it did not come in one piece; later the line of a chunk's size. */
  #pending: Uint8Array = new Uint8Array(0);
  /** Bytes left of the body or of the present chunk. */
  #left = 0;
  #informational = 0;
  #keepsAlive = false;

  constructor(handler: ResponseHandler) {
    this.#handler = handler;
  }

  get isDone(): boolean {
    return this.#part === PART.done;
  }

  /** Whether the head has been read. */
  get hasHead(): boolean {
    return this.#part !== PART.head;
  }

  /** Whether the connection may be used again once this answer is done. */
  get keepsAlive(): boolean {
    return this.#keepsAlive;
  }

  /** Takes the next bytes. Those behind the answer's end are an error. @throws ScrapeError in Go's words. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#part !== PART.done) {
      at = this.#step(bytes, at);
    }
    // Whatever follows was not asked for: the connection cannot be trusted.
    if (at < bytes.length) this.#keepsAlive = false;
  }

  /** The connection has ended. @throws ScrapeError when the answer has not. */
  end(): void {
    if (this.#part === PART.done) return;
    if (this.#part === PART.untilClose) {
      this.#part = PART.done;
      return;
    }
    const isEmpty = this.#part === PART.head && this.#pending.length === 0;
    throw new ScrapeError(isEmpty ? 'EOF' : 'unexpected EOF');
  }

  #step(bytes: Uint8Array, at: number): number {
    switch (this.#part) {
      case PART.head:
        return this.#readHead(bytes, at);
      case PART.fixed:
      case PART.chunkData: {
        const end = Math.min(bytes.length, at + this.#left);
        this.#handler.onBody(bytes.subarray(at, end));
        this.#left -= end - at;
        if (this.#left === 0) this.#part = this.#part === PART.fixed ? PART.done : PART.chunkEnd;
        return end;
      }
      case PART.untilClose:
        this.#handler.onBody(at === 0 ? bytes : bytes.subarray(at));
        return bytes.length;
      case PART.chunkSize:
        return this.#readLine(bytes, at, (line) => this.#beginChunk(line));
      case PART.chunkEnd:
        return this.#readLine(bytes, at, (line) => {
          if (line.length > 0) throw new ScrapeError('malformed chunked encoding');
          this.#part = PART.chunkSize;
        });
      case PART.trailer:
        return this.#readLine(bytes, at, (line) => {
          if (line.length === 0) this.#part = PART.done;
        });
      case PART.done:
        return bytes.length;
    }
  }

  /** Waits for a whole line; it is given without its end. */
  #readLine(bytes: Uint8Array, at: number, take: (line: Uint8Array) => void): number {
    const feed = bytes.indexOf(LF, at);
    const piece = bytes.subarray(at, feed < 0 ? bytes.length : feed);
    if (feed < 0 || this.#pending.length > 0) this.#hold(piece);
    if (feed < 0) return bytes.length;
    let line = this.#pending.length > 0 ? this.#pending : piece;
    this.#pending = new Uint8Array(0);
    if (line.at(-1) === CR) line = line.subarray(0, -1);
    take(line);
    return feed + 1;
  }

  #hold(piece: Uint8Array): void {
    if (this.#pending.length + piece.length > MAX_HEADER_BYTES) {
      throw new ScrapeError('net/http: server response headers exceeded 1048576 bytes; aborted');
    }
    this.#pending = Buffer.concat([this.#pending, piece]);
  }

  #beginChunk(line: Uint8Array): void {
    let size = 0;
    let digits = 0;
    for (const byte of line) {
      if (byte === SEMICOLON || byte === SPACE) break;
      const digit = parseInt(String.fromCharCode(byte), 16);
      if (Number.isNaN(digit)) throw new ScrapeError('invalid byte in chunk length');
      if (++digits > 13) throw new ScrapeError('http chunk length too large');
      size = size * 16 + digit;
    }
    if (digits === 0) throw new ScrapeError('invalid byte in chunk length');
    this.#left = size;
    this.#part = size === 0 ? PART.trailer : PART.chunkData;
  }

  #readHead(bytes: Uint8Array, at: number): number {
    const held = this.#pending.length;
    const all = held > 0 ? Buffer.concat([this.#pending, bytes.subarray(at)]) : bytes.subarray(at);
    const end = headEnd(all, Math.max(0, held - 3));
    if (end < 0) {
      this.#pending = new Uint8Array(0);
      this.#hold(all);
      // A line that is no status line is worth no waiting.
      const firstLine = all.indexOf(LF);
      if (firstLine >= 0 && held === 0) parseStatusLine(textOf(all.subarray(0, firstLine)));
      return bytes.length;
    }
    this.#pending = new Uint8Array(0);
    const lines = textOf(all.subarray(0, end)).split(/\r?\n/);
    const { status, statusLine, isHttp11 } = parseStatusLine(lines[0]!);
    const headers = parseHeaders(lines);
    const next = at + end - held;
    if (status >= 100 && status < 200) {
      if (++this.#informational > MAX_INFORMATIONAL) throw broken('too many 1xx informational responses');
      return next;
    }
    this.#beginBody(status, headers, isHttp11);
    this.#handler.onHead({ status, statusLine, headers });
    return next;
  }

  #beginBody(status: number, headers: ReadonlyMap<string, string>, isHttp11: boolean): void {
    const connection = headers.get('connection')?.toLowerCase() ?? '';
    this.#keepsAlive = isHttp11 ? !connection.includes('close') : connection.includes('keep-alive');
    const encoding = headers.get('transfer-encoding');
    const length = headers.get('content-length');
    if (status === 204 || status === 304) this.#part = PART.done;
    else if (encoding !== undefined && isHttp11) {
      if (encoding.toLowerCase() !== 'chunked')
        throw broken(`unsupported transfer encoding: ${quoteGo(encoding)}`);
      this.#part = PART.chunkSize;
    } else if (length === undefined) {
      this.#part = PART.untilClose;
      this.#keepsAlive = false;
    } else {
      if (!/^\d{1,15}$/.test(length)) throw broken(`bad Content-Length ${quoteGo(length)}`);
      this.#left = Number(length);
      this.#part = this.#left === 0 ? PART.done : PART.fixed;
    }
  }
}

/** The position behind the empty line that ends a head; -1 when it is not there yet. */
function headEnd(bytes: Uint8Array, from: number): number {
  for (let feed = bytes.indexOf(LF, from); feed >= 0; feed = bytes.indexOf(LF, feed + 1)) {
    if (bytes[feed + 1] === LF) return feed + 2;
    if (bytes[feed + 1] === CR && bytes[feed + 2] === LF) return feed + 3;
  }
  return -1;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function parseStatusLine(line: string): { status: number; statusLine: string; isHttp11: boolean } {
  const bare = line.replace(/\r$/, '');
  const space = bare.indexOf(' ');
  if (space < 0) throw broken(`malformed HTTP response ${quoteGo(bare)}`);
  const version = bare.slice(0, space);
  const statusLine = bare.slice(space).trimStart();
  const code = statusLine.split(' ', 1)[0]!;
  if (!/^\d{3}$/.test(code)) throw broken(`malformed HTTP status code ${quoteGo(code)}`);
  if (!/^HTTP\/\d\.\d$/.test(version)) throw broken(`malformed HTTP version ${quoteGo(version)}`);
  return { status: Number(code), statusLine, isHttp11: version !== 'HTTP/1.0' };
}

function parseHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  const lengths: string[] = [];
  let last = '';
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    if (/^[ \t]/.test(line) && last !== '') {
      headers.set(last, `${headers.get(last)!} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 0) throw broken(`malformed MIME header: missing colon: ${quoteGo(line)}`);
    const name = line.slice(0, colon).toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw broken(`malformed MIME header line: ${line}`);
    const value = line.slice(colon + 1).trim();
    if (name === 'content-length') lengths.push(value);
    last = headers.has(name) ? '' : name;
    if (last !== '') headers.set(name, value);
  }
  if (lengths.some((length) => length !== lengths[0])) {
    const listed = lengths.map(quoteGo).join(' ');
    throw broken(`http: message cannot contain multiple Content-Length headers; got [${listed}]`);
  }
  return headers;
}

function broken(reason: string): ScrapeError {
  return new ScrapeError(`net/http: HTTP/1.x transport connection broken: ${reason}`);
}
