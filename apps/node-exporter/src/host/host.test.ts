import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { dirname, join } from 'node:path';
import { toNumber } from './files.js';
import { readMounts } from './mounts.js';
import { pageSizeBytes } from './page-size.js';
import { HostPaths } from './paths.js';
import { localTimeZone } from './time-zone.js';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder('host');
});
afterEach(() => folder.remove());

function write(path: string, content: string | Buffer): string {
  const full = join(folder.path, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

test.each([
  ['12', 12],
  ['-125', -125],
  ['+7', 7],
  ['0x1303', 4867],
  ['1.5e3', 1500],
  ['.5', 0.5],
  ['', undefined],
  ['N/A', undefined],
  ['12 kB', undefined],
  ['Infinity', undefined],
])('the number in "%s"', (text, expected) => {
  expect(toNumber(text)).toBe(expected);
});

describe('mounts', () => {
  const paths = (rootfs = '/'): HostPaths =>
    new HostPaths({ procfs: folder.path, sysfs: '/sys', rootfs, udevData: '/run/udev/data' });

  test.each([
    ['1 2 8:1 / /data rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw', '/data', false],
    ['1 2 8:1 / /data ro,relatime - ext4 /dev/sda1 rw', '/data', true],
    ['1 2 8:1 / /data rw - ext4 /dev/sda1 ro,errors=remount-ro', '/data', true],
    ['1 2 8:1 / /data rw - ext4 /dev/sda1 rw,errors=remount-ro', '/data', false],
    [String.raw`1 2 8:1 / /a\040b\011c rw - ext4 /dev/sda1 rw`, '/a b\tc', false],
  ])('%s', (line, mountPoint, isReadOnly) => {
    write('1/mountinfo', `${line}\n`);
    const expected = { device: '/dev/sda1', mountPoint, type: 'ext4', major: '8', minor: '1', isReadOnly };
    expect(readMounts(paths())).toEqual([expected]);
  });

  test('mounts below the host root are shown as the host sees them, and found in this process where need be', () => {
    write(
      'self/mountinfo',
      '1 2 8:1 / /host rw - ext4 /dev/a rw\n2 2 8:2 / /host/var rw - ext4 /dev/b rw\n3 2 8:3 / /hosts rw - ext4 /dev/c rw\n',
    );
    expect(readMounts(paths('/host')).map(({ mountPoint }) => mountPoint)).toEqual(['/', '/var', '/hosts']);
  });

  test('no mounts at all is an error', () => {
    expect(() => readMounts(paths())).toThrow('no mountinfo');
  });
});

describe('the page size', () => {
  test('is told by the kernel', () => {
    const words = [3n, 77n, 6n, 65_536n, 0n, 0n];
    const vector = Buffer.alloc(8 * words.length);
    for (const [at, word] of words.entries()) {
      if (endianness() === 'LE') vector.writeBigUInt64LE(word, 8 * at);
      else vector.writeBigUInt64BE(word, 8 * at);
    }
    expect(pageSizeBytes(write('auxv', vector))).toBe(65_536);
  });

  test('is the usual one where it is not told', () => {
    expect(pageSizeBytes(join(folder.path, 'missing'))).toBe(4096);
    expect(pageSizeBytes(write('empty', ''))).toBe(4096);
  });
});

describe('the time zone', () => {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const moment = new Date('2024-01-15T12:00:00Z');
  const offsetSeconds = 0 - 60 * moment.getTimezoneOffset();
  const sign = offsetSeconds > 0 ? '-' : '';
  const west = `${sign}${Math.floor(Math.abs(offsetSeconds) / 3600)}:${(Math.abs(offsetSeconds) % 3600) / 60}`;

  test.each([
    [`STD${west}DST,M3.5.0,M10.5.0/3`, 'STD'],
    [`XST-14:30DST,M3.5.0,M10.5.0/3`, 'DST'],
    [`<-03>${west}`, '-03'],
  ])('by the rule %s', (rule, name) => {
    write(zone, `TZif2 and much else\n${rule}\n`);
    expect(localTimeZone(moment, [join(folder.path, 'none'), folder.path])).toEqual({ name, offsetSeconds });
  });

  test('without a rule there is a name all the same', () => {
    expect(localTimeZone(moment, []).name).not.toBe('');
  });
});
