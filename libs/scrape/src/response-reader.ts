import { quoteGo } from '@narthex/model';
import { ScrapeError } from './errors.js';
import {
  broken,
  checkTrailer,
  type ParsedHead,
  parseHead,
  parseStatusLine,
  type ResponseHead,
} from './response-head.js';

const LF = 0x0a;
const CR = 0x0d;
const MAX_HEADER_BYTES = 1 << 20;
/** As long as Go's line of a chunk's size may be, and all of a trailer. */
const MAX_CHUNK_LINE_BYTES = 4_096;
const SWITCHING_PROTOCOLS = 101;

const NOTHING = new Uint8Array(0);
const JUST_CR = Uint8Array.of(CR);

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
  #pending: Uint8Array = NOTHING;
  /** Bytes left of the body or of the present chunk. */
  #left = 0;
  /** The heads of interim answers, which count like one head. */
  #interimBytes = 0;
  readonly #trailer: string[] = [];
  #trailerLength = 0;
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
        return this.#endChunk(bytes, at);
      case PART.trailer:
        return this.#readLine(bytes, at, (line) => {
          if (line.length > 0) {
            this.#trailer.push(textOf(line));
            this.#trailerLength += line.length + 2;
          } else {
            checkTrailer(this.#trailer);
            this.#part = PART.done;
          }
        });
      case PART.done:
        return bytes.length;
    }
  }

  /** Waits for a whole line of the chunked encoding; it is given without its end. */
  #readLine(bytes: Uint8Array, at: number, take: (line: Uint8Array) => void): number {
    const feed = bytes.indexOf(LF, at);
    const piece = bytes.subarray(at, feed < 0 ? bytes.length : feed);
    if (this.#trailerLength + this.#pending.length + piece.length > MAX_CHUNK_LINE_BYTES) {
      throw new ScrapeError(
        this.#part === PART.trailer
          ? 'http: suspiciously long trailer after chunked body'
          : 'header line too long',
      );
    }
    if (feed < 0 || this.#pending.length > 0) this.#pending = Buffer.concat([this.#pending, piece]);
    if (feed < 0) return bytes.length;
    const line = this.#pending.length > 0 ? this.#pending : piece;
    this.#pending = NOTHING;
    if (line.at(-1) !== CR && this.#part === PART.chunkSize)
      throw new ScrapeError('chunked line ends with bare LF');
    // An end that Go goes on looking for.
    if (line.length === 0) throw new ScrapeError('http: unexpected EOF reading trailer');
    take(line.at(-1) === CR ? line.subarray(0, -1) : line);
    return feed + 1;
  }

  /** Behind the data of a chunk come CR and LF and nothing else. */
  #endChunk(bytes: Uint8Array, at: number): number {
    const expected = this.#pending.length === 0 ? CR : LF;
    if (bytes[at] !== expected) throw new ScrapeError('malformed chunked encoding');
    if (expected === CR) this.#pending = JUST_CR;
    else {
      this.#pending = NOTHING;
      this.#part = PART.chunkSize;
    }
    return at + 1;
  }

  #beginChunk(line: Uint8Array): void {
    const text = textOf(line).replace(/;.*/s, '').trimEnd();
    if (text === '') throw new ScrapeError('empty hex number for chunk length');
    if (!/^[0-9a-f]+$/i.test(text)) throw new ScrapeError('invalid byte in chunk length');
    if (text.length > 13) throw new ScrapeError('http chunk length too large');
    this.#left = parseInt(text, 16);
    this.#part = this.#left === 0 ? PART.trailer : PART.chunkData;
  }

  #readHead(bytes: Uint8Array, at: number): number {
    const held = this.#pending.length;
    const all = held > 0 ? Buffer.concat([this.#pending, bytes.subarray(at)]) : bytes.subarray(at);
    const end = headEnd(all, Math.max(0, held - 3));
    if (this.#interimBytes + (end < 0 ? all.length : end) > MAX_HEADER_BYTES) {
      throw new ScrapeError(`net/http: server response headers exceeded ${MAX_HEADER_BYTES} bytes; aborted`);
    }
    if (end < 0) {
      // A copy: the caller reads the next bytes into the same place.
      this.#pending = held > 0 ? all : Buffer.concat([all]);
      // A line that is no status line is worth no waiting.
      const firstLine = all.indexOf(LF);
      if (firstLine >= 0 && held === 0) parseStatusLine(textOf(all.subarray(0, firstLine)));
      return bytes.length;
    }
    this.#pending = NOTHING;
    const head = parseHead(textOf(all.subarray(0, end)).split(/\r?\n/));
    const next = at + end - held;
    if (head.status >= 100 && head.status < 200 && head.status !== SWITCHING_PROTOCOLS) {
      this.#interimBytes += end;
      return next;
    }
    this.#beginBody(head);
    this.#handler.onHead(head);
    return next;
  }

  #beginBody({ status, headers, isHttp11, transferEncodings }: ParsedHead): void {
    const connection = headers.get('connection')?.toLowerCase() ?? '';
    this.#keepsAlive = isHttp11 ? !connection.includes('close') : connection.includes('keep-alive');
    const length = headers.get('content-length');
    if (status === SWITCHING_PROTOCOLS) this.#keepsAlive = false;
    if (status === SWITCHING_PROTOCOLS || status === 204 || status === 304) this.#part = PART.done;
    else if (transferEncodings.length > 0 && isHttp11) {
      const [encoding = ''] = transferEncodings;
      if (transferEncodings.length > 1)
        throw broken(`too many transfer encodings: [${transferEncodings.map(quoteGo).join(' ')}]`);
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
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
