import { afterAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '@narthex/process';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ActiveQueries } from './active-queries.js';

const root = temporaryFolder('active-queries');
afterAll(() => root.remove());

let folders = 0;
function newFolder(): string {
  const folder = join(root.path, String(folders++));
  mkdirSync(folder);
  return folder;
}

const clock = new ManualClock(1_795_372_953_700);

function open(folder: string, maxConcurrency = 3, lines: string[] = []): ActiveQueries {
  const logger = createLogger({ level: 'info', format: 'logfmt', write: (line) => void lines.push(line) });
  return new ActiveQueries({ folder, maxConcurrency, clock, logger });
}

const bytes = (folder: string): Buffer => readFileSync(join(folder, 'queries.active'));
const entryOf = (folder: string, place: number): string =>
  bytes(folder)
    .subarray(1 + place * 1000, 1 + (place + 1) * 1000)
    .toString();

test('a file without queries is a bracket and NULs', () => {
  const folder = newFolder();
  const active = open(folder, 20);
  expect(bytes(folder).equals(Buffer.concat([Buffer.from('['), Buffer.alloc(20_000)]))).toBe(true);
  active.close();
});

test('a query has its place until it ends', () => {
  const folder = newFolder();
  const active = open(folder);
  const json = '{"query":"rate(a[5m]) \\u003c 1","timestamp_sec":1795372953}';
  const strike = active.add('rate(a[5m]) < 1');
  const strikeSecond = active.add('up');
  expect(entryOf(folder, 0)).toBe(`${json.padEnd(999, '\0')},`);
  expect(entryOf(folder, 1)).toBe(`${'{"query":"up","timestamp_sec":1795372953}'.padEnd(999, '\0')},`);
  strike();
  expect(entryOf(folder, 0)).toBe('\0'.repeat(1000));
  const strikeThird = active.add('down');
  expect(entryOf(folder, 0)).toContain('"down"');
  strikeSecond();
  strikeThird();
  expect(bytes(folder).equals(Buffer.concat([Buffer.from('['), Buffer.alloc(3000)]))).toBe(true);
  active.close();
});

test('what did not finish is told at the next start, once', () => {
  const folder = newFolder();
  const crashed = open(folder);
  crashed.add('first');
  crashed.add('"second"')();
  crashed.add('third');
  crashed.close();
  const lines: string[] = [];
  open(folder, 3, lines).close();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(
    `msg="These queries didn't finish in prometheus' last run:" queries="` +
      '[{\\"query\\":\\"first\\",\\"timestamp_sec\\":1795372953},{\\"query\\":\\"third\\",\\"timestamp_sec\\":1795372953}]"',
  );
  open(folder, 3, lines).close();
  expect(lines).toHaveLength(1);
});

// As the real server leaves it.
test('a file of upstream is read', () => {
  const folder = newFolder();
  const file = Buffer.alloc(2001);
  file.write('[');
  file.write('{"query":"up","timestamp_sec":1795372953}', 1001);
  file.write(',', 2000);
  writeFileSync(join(folder, 'queries.active'), file);
  const lines: string[] = [];
  open(folder, 5, lines).close();
  expect(lines.join()).toContain('[{\\"query\\":\\"up\\",\\"timestamp_sec\\":1795372953}]');
  expect(bytes(folder)).toHaveLength(5001);
});

describe('a query that does not fit is cut', () => {
  test.each([
    ['letters', 'a'.repeat(5000)],
    ['escapes', '"'.repeat(5000)],
    ['control characters', '\u0001'.repeat(990)],
    ['four bytes', '\u{1F600}'.repeat(990)],
    ['markup', '<>&'.repeat(990)],
    ['the longest that fits', 'b'.repeat(999 - '{"query":"","timestamp_sec":1795372953}'.length)],
  ])('%s', (_, query) => {
    const folder = newFolder();
    const active = open(folder, 1);
    active.add(query);
    active.close();
    const [entry] = JSON.parse(bytes(folder).toString().replaceAll('\0', '').slice(0, -1) + ']') as [
      { query: string },
    ];
    expect(query.startsWith(entry.query)).toBe(true);
    expect(entry.query.length).toBeGreaterThan(100);
    expect(bytes(folder)).toHaveLength(1001);
  });
});

test('more queries than places leave the file alone', () => {
  const folder = newFolder();
  const active = open(folder, 1);
  const strike = active.add('one');
  active.add('two')();
  expect(entryOf(folder, 0)).toContain('"one"');
  strike();
  active.close();
});

test('a folder that is not there leaves queries without a file', () => {
  const active = new ActiveQueries({
    folder: join(root.path, 'absent'),
    maxConcurrency: 1,
    clock,
    logger: silentLogger(),
  });
  expect(() => active.add('up')()).not.toThrow();
  active.close();
});
