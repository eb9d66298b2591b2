import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ScrapeError } from './errors';
import { type ResponseHead } from './response-head';
import { ResponseReader } from './response-reader';

interface Read {
  readonly head: ResponseHead | undefined;
  readonly body: string;
  readonly isDone: boolean;
  readonly keepsAlive: boolean;
}

/** Gives the bytes to a reader in pieces of these lengths, the last one taking the rest, then ends the connection. */
function read(answer: string, cuts: readonly number[] = [], ends = false): Read {
  let head: ResponseHead | undefined;
  let body = '';
  const reader = new ResponseReader({
    onHead: (given) => (head = given),
    onBody: (bytes) => (body += Buffer.from(bytes).toString('latin1')),
  });
  let at = 0;
  const buffer = Buffer.alloc(answer.length);
  for (const cut of [...cuts, answer.length]) {
    // One buffer for all pieces, as a socket has it.
    const length = buffer.write(answer.slice(at, at + cut), 'latin1');
    at += cut;
    if (length > 0) reader.push(buffer.subarray(0, length));
    buffer.fill('#');
  }
  if (ends) reader.end();
  return { head, body, isDone: reader.isDone, keepsAlive: reader.keepsAlive };
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';

const GOOD: [what: string, answer: string, body: string, keepsAlive: boolean][] = [
  ['a length', `${OK}Content-Length: 4\r\n\r\na 1\n`, 'a 1\n', true],
  ['no body', `${OK}Content-Length: 0\r\n\r\n`, '', true],
  [
    'chunks',
    `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\na \r\n2;x=y\r\n1\n\r\n0\r\nTrailer: x\r\n\r\n`,
    'a 1\n',
    true,
  ],
  [
    'chunks and a length',
    `${OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na 1\n\r\n0\r\n\r\n`,
    'a 1\n',
    true,
  ],
  ['the end of the connection', `${OK}\r\na 1\n`, 'a 1\n', false],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 4\n\na 1\n', 'a 1\n', true],
  ['an interim answer', `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 4\r\n\r\na 1\n`, 'a 1\n', true],
  ['a server that closes', `${OK}Connection: Close\r\nContent-Length: 4\r\n\r\na 1\n`, 'a 1\n', false],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\na 1\n', 'a 1\n', false],
  [
    'HTTP/1.0 kept',
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\na 1\n',
    'a 1\n',
    true,
  ],
  [
    'many interim answers',
    `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(9)}${OK}Content-Length: 4\r\n\r\na 1\n`,
    'a 1\n',
    true,
  ],
  ['spaces in the name of a header', `${OK}Foo bar: x\r\nContent-Length: 4\r\n\r\na 1\n`, 'a 1\n', true],
  ['another protocol', 'HTTP/1.1 101 Switching\r\n\r\n', '', false],
  ['more than it said', `${OK}Content-Length: 4\r\n\r\na 1\nb 2\n`, 'a 1\n', false],
  ['status 204', 'HTTP/1.1 204 No Content\r\n\r\n', '', true],
];

describe('ResponseReader', () => {
  test.each(GOOD)('%s', (_what, answer, body, keepsAlive) => {
    const whole = read(answer, [], true);
    expect([whole.body, whole.keepsAlive, whole.isDone]).toEqual([body, keepsAlive, true]);
    for (let cut = 1; cut < answer.length; cut++) {
      const inTwo = read(answer, [cut], true);
      expect([cut, inTwo.body, inTwo.head?.status, inTwo.isDone]).toEqual([
        cut,
        body,
        whole.head?.status,
        true,
      ]);
    }
    const byteByByte = read(answer, Array<number>(answer.length).fill(1), true);
    expect(byteByByte.body).toBe(body);
  });

  test('headers: names in lower case, the first of many, folded ones in one line', () => {
    const { head } = read(
      'HTTP/1.1 503 Busy Now\r\nX-A: 1\r\nx-a: 2\r\nContent-Type: text/plain;\r\n version=1\r\nContent-Length: 0\r\n\r\n',
    );
    expect(head?.statusLine).toBe('503 Busy Now');
    expect(Object.fromEntries(head!.headers)).toEqual({
      'x-a': '1',
      'content-type': 'text/plain; version=1',
      'content-length': '0',
    });
  });

  const broken = 'net/http: HTTP/1.x transport connection broken: ';
  test.each<[string, string]>([
    ['hello world\r\n\r\n', `${broken}malformed HTTP status code "world"`],
    ['\x16\x03\x01foo\n', `${broken}malformed HTTP response "\\x16\\x03\\x01foo"`],
    ['HTTP/1.1 abc OK\r\n\r\n', `${broken}malformed HTTP status code "abc"`],
    ['HTTP/x 200 OK\r\n\r\n', `${broken}malformed HTTP version "HTTP/x"`],
    ['HTTP/1.1 200 OK\r\nfoo bar\r\n\r\n', `${broken}malformed MIME header: missing colon: "foo bar"`],
    [`${OK}Content-Length: -4\r\n\r\n`, `${broken}bad Content-Length "-4"`],
    [
      `${OK}Content-Length: 4\r\nContent-Length: 5\r\n\r\n`,
      `${broken}http: message cannot contain multiple Content-Length headers; got ["4" "5"]`,
    ],
    [`${OK}Transfer-Encoding: gzip\r\n\r\n`, `${broken}unsupported transfer encoding: "gzip"`],
    [
      `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n`,
      `${broken}too many transfer encodings: ["chunked" "x"]`,
    ],
    [`${OK}X: a\x01b\r\n\r\n`, `${broken}malformed MIME header line: "X: a\\x01b"`],
    [`${OK}f(o: x\r\n\r\n`, `${broken}malformed MIME header line: "f(o: x"`],
    ['HTTP/1.1 200 OK\r\n a: b\r\n\r\n', `${broken}malformed MIME header initial line: " a: b"`],
    [`${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 'invalid byte in chunk length'],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n\r\n`, 'empty hex number for chunk length'],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n4\na 1\n`, 'chunked line ends with bare LF'],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nXy\r\n\r\n`, 'malformed MIME header: missing colon: "Xy"'],
    [
      `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n${'X: y\r\n'.repeat(1000)}`,
      'http: suspiciously long trailer after chunked body',
    ],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(5000)}`, 'header line too long'],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\na 1\n\r\n`, 'malformed chunked encoding'],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n4\r\na 1\n`, 'unexpected EOF'],
    [`${OK}Content-Length: 100\r\n\r\na 1\n`, 'unexpected EOF'],
    [OK, 'unexpected EOF'],
    ['', 'EOF'],
  ])('%j', (answer, message) => {
    expect(() => read(answer, [], true)).toThrow(message);
  });

  test('a head without end is given up', () => {
    const header = `X: ${'y'.repeat(1000)}\r\n`;
    expect(() => read(OK + header.repeat(2000), Array<number>(200).fill(10_000))).toThrow('headers exceeded');
  });

  test('never hangs or crashes, whatever comes in whatever pieces', () => {
    const piece = fc.constantFrom(
      'HTTP/1.1 ',
      '200',
      ' OK',
      '\r\n',
      '\n',
      'Content-Length: ',
      '4',
      'Transfer-Encoding: chunked',
      'a 1\n',
      '0',
      ':',
      ' ',
      '\0',
      'ff',
      ';',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 20 })),
        (parts, cuts) => {
          try {
            read(parts.join(''), cuts, true);
          } catch (error) {
            if (!(error instanceof ScrapeError)) throw error;
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
