import { describe, expect, test } from '@jest/globals';
import { createLogger, type LogFields, type LoggerOptions } from './logger.js';

function linesOf(options: LoggerOptions, use: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  use(
    createLogger({
      nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
      write: (line) => lines.push(line),
      ...options,
    }),
  );
  return lines;
}

const HEAD = 'time=2026-01-02T03:04:05.006Z level=INFO';

describe('logfmt', () => {
  test.each<[string, LogFields | undefined, string]>([
    ['Ready', undefined, 'msg=Ready'],
    ['Two words', { a: 1, b: true }, 'msg="Two words" a=1 b=true'],
    ['m', { path: '/a=b', empty: '', quote: 'say "x"' }, 'msg=m path="/a=b" empty="" quote="say \\"x\\""'],
    ['m', { gone: undefined, none: null }, 'msg=m none=<nil>'],
    ['m', { err: new Error('top', { cause: new Error('inner') }) }, 'msg=m err="top: inner"'],
    ['m', { err: new Error('top: inner', { cause: new Error('inner') }) }, 'msg=m err="top: inner"'],
    ['line\nbreak', { url: 'http://a/?b' }, 'msg="line\\nbreak" url=http://a/?b'],
  ])('%j %j', (message, fields, expected) => {
    expect(linesOf({}, (logger) => logger.info(message, fields))).toEqual([`${HEAD} ${expected}\n`]);
  });
});

test('json', () => {
  const [line = ''] = linesOf({ format: 'json' }, (logger) =>
    logger.with({ component: 'tsdb' }).warn('odd', { n: 5n, err: new Error('x') }),
  );
  expect(JSON.parse(line)).toEqual({
    time: '2026-01-02T03:04:05.006Z',
    level: 'WARN',
    msg: 'odd',
    component: 'tsdb',
    n: '5',
    err: 'x',
  });
});

test('lines below the level are not written', () => {
  const lines = linesOf({ level: 'warn' }, (logger) => {
    logger.info('no');
    logger.error('yes');
    expect(logger.enabled('debug')).toBe(false);
  });
  expect(lines).toHaveLength(1);
});
