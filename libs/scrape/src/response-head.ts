import { hasControlCharacter } from '@narthex/httpclient';
import { quoteGo } from '@narthex/model';
import { ScrapeError } from './errors.js';

/** The start of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** Number and text, as the server wrote them. */
  readonly statusLine: string;
  /** Names in lower case; of repeated headers the first. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A head with what decides where its body ends. */
export interface ParsedHead extends ResponseHead {
  readonly isHttp11: boolean;
  readonly transferEncodings: readonly string[];
}

const HTTP_VERSION = /^HTTP\/\d\.\d$/;
/** Go lets spaces pass, but then does not know the name as any other. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z -]+$/;

/** Parses status line and headers as Go's net/http does. @throws ScrapeError in its words. */
export function parseHead(lines: readonly string[]): ParsedHead {
  const { status, statusLine, isHttp11 } = parseStatusLine(lines[0]!);
  const transferEncodings: string[] = [];
  const lengths: string[] = [];
  const headers = parseHeaders(lines.slice(1), (name, value) => {
    if (name === 'transfer-encoding') transferEncodings.push(value);
    if (name === 'content-length') lengths.push(value);
  });
  if (lengths.some((length) => length !== lengths[0])) {
    const listed = lengths.map(quoteGo).join(' ');
    throw broken(`http: message cannot contain multiple Content-Length headers; got [${listed}]`);
  }
  return { status, statusLine, isHttp11, headers, transferEncodings };
}

/** Also called for the first line alone, as soon as it is there. @throws ScrapeError */
export function parseStatusLine(line: string): { status: number; statusLine: string; isHttp11: boolean } {
  const bare = line.replace(/\r$/, '');
  const space = bare.indexOf(' ');
  if (space < 0) throw broken(`malformed HTTP response ${quoteGo(bare)}`);
  const version = bare.slice(0, space);
  const statusLine = bare.slice(space).trimStart();
  const code = statusLine.split(' ', 1)[0]!;
  if (!/^\d{3}$/.test(code)) throw broken(`malformed HTTP status code ${quoteGo(code)}`);
  if (!HTTP_VERSION.test(version)) throw broken(`malformed HTTP version ${quoteGo(version)}`);
  return { status: Number(code), statusLine, isHttp11: version !== 'HTTP/1.0' };
}

function parseHeaders(
  lines: readonly string[],
  onHeader: (name: string, value: string) => void,
): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of unfolded(lines, broken)) {
    const { name, value } = parseHeader(line, broken);
    onHeader(name, value);
    if (!headers.has(name)) headers.set(name, value);
  }
  return headers;
}

/** Looks at the trailer of a chunked body, of which nothing is wanted. @throws ScrapeError */
export function checkTrailer(lines: readonly string[]): void {
  const plain = (reason: string): ScrapeError => new ScrapeError(reason);
  for (const line of unfolded(lines, plain)) parseHeader(line, plain);
}

/** Lines that begin with white space go on with the one before. */
function unfolded(lines: readonly string[], fault: (reason: string) => ScrapeError): string[] {
  const whole: string[] = [];
  for (const line of lines) {
    if (line === '') continue;
    if (!/^[ \t]/.test(line)) whole.push(line);
    else if (whole.length > 0) whole.push(`${whole.pop()!.trimEnd()} ${line.trim()}`);
    else throw fault(`malformed MIME header initial line: ${quoteGo(line)}`);
  }
  return whole;
}

function parseHeader(
  line: string,
  fault: (reason: string) => ScrapeError,
): { readonly name: string; readonly value: string } {
  const colon = line.indexOf(':');
  if (colon < 0) throw fault(`malformed MIME header: missing colon: ${quoteGo(line)}`);
  const name = line.slice(0, colon);
  if (!HEADER_NAME.test(name) || hasControlCharacter(line.slice(colon + 1))) {
    throw fault(`malformed MIME header line: ${quoteGo(line)}`);
  }
  return { name: name.toLowerCase(), value: line.slice(colon + 1).trim() };
}

/** A fault of the head, in Go's words. */
export function broken(reason: string): ScrapeError {
  return new ScrapeError(`net/http: HTTP/1.x transport connection broken: ${reason}`);
}
