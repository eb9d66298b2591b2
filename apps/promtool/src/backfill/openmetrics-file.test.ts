import { afterAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenMetricsFile } from './openmetrics-file.js';

const folder = temporaryFolder('openmetrics');
afterAll(() => folder.remove());

function openText(text: string): OpenMetricsFile {
  const path = join(folder.path, 'input');
  writeFileSync(path, text);
  return OpenMetricsFile.open(path);
}

async function visited(file: OpenMetricsFile, fromMs: number, toMs: number): Promise<[string[], number]> {
  const lines: string[] = [];
  const nextMs = await file.visit(
    fromMs,
    toMs,
    (parser) => void lines.push(`${parser.labels().toString()} ${parser.value} ${parser.timestampMs}`),
    () => Promise.resolve(),
  );
  return [lines, nextMs];
}

describe('a file of many slices', () => {
  // About 3 MB; the type before each line decides how its label is read.
  const rows = 30_000;
  const lines = ['# TYPE h histogram'];
  for (let i = 0; i < rows; i++) {
    lines.push(`h_bucket{le="1",text="${'x'.repeat(80)}"} ${i} ${1_700_000_000 + i}`);
  }
  const text = `${lines.join('\n')}\n# EOF\n`;

  test('is read whole, and by times', async () => {
    const file = openText(text);
    const last = 1_700_000_000_000 + 1000 * (rows - 1);
    expect(await file.scan()).toEqual({ minTimeMs: 1_700_000_000_000, maxTimeMs: last });
    const [all, nothing] = await visited(file, 0, Infinity);
    expect([all.length, nothing]).toEqual([rows, Infinity]);
    expect(new Set(all.map((line) => /le="[^"]*"/.exec(line)?.[0]))).toEqual(new Set(['le="1.0"']));
    const [some, next] = await visited(file, 1_700_020_000_000, 1_700_020_002_000);
    expect(some.map((line) => line.split(' ').slice(-2).join(' '))).toEqual([
      '20000 1700020000000',
      '20001 1700020001000',
    ]);
    expect(next).toBe(1_700_020_002_000);
    file.close();
  });

  test.each([
    ['its end is missing', text.slice(0, -6), 'next: data does not end with # EOF'],
    ['something comes behind the end', `${text}a 1 1\n`, 'next: unexpected data after # EOF'],
    ['its end comes early', text.replace('\nh_', '\n# EOF\nh_'), 'next: unexpected data after # EOF'],
    [
      'a late line is broken',
      text.replace('# EOF', 'h{ 1\n# EOF'),
      'next: expected label name, got " " ("INVALID") while parsing: "h{ "',
    ],
    [
      'a late line has no time',
      text.replace('# EOF', 'a 1\n# EOF'),
      'expected timestamp for series got none',
    ],
  ])('an error where %s', async (_, broken, message) => {
    const file = openText(broken);
    await expect(file.scan()).rejects.toThrow(message);
    file.close();
  });
});

test('a line that is longer than a slice', async () => {
  const long = 'x'.repeat(3_000_000);
  const file = openText(`a{b="${long}"} 1 5\nc 2 6\n# EOF\n`);
  expect(await file.scan()).toEqual({ minTimeMs: 5000, maxTimeMs: 6000 });
  const [lines] = await visited(file, 0, 5001);
  expect(lines.map((line) => line.length)).toEqual([3_000_000 + '{__name__="a", b=""} 1 5000'.length]);
  file.close();
});

test('a file without samples', async () => {
  const file = openText('# EOF\n');
  expect(await file.scan()).toEqual({ minTimeMs: 0, maxTimeMs: 0 });
  file.close();
});

test('what cannot be mapped into memory is refused as upstream does', () => {
  expect(() => openText('')).toThrow('mmap, size 0: invalid argument');
  expect(() => OpenMetricsFile.open(folder.path)).toThrow(/^mmap, size \d+: no such device$/);
});
