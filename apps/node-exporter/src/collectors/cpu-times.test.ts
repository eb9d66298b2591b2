import { expect, test } from '@jest/globals';
import { CpuTimes } from './cpu-times.js';

const stat = (user: number, idle: number): string =>
  `cpu  9 9 9 9\ncpu0 ${user} 0 0 ${idle} 0 0 0 0 0 0\nintr 5\n`;

test.each([
  ['growing', [100, 1000], [200, 1100], { user: 2, idle: 11 }],
  ['going back a little: the higher one stays', [200, 1000], [100, 900], { user: 2, idle: 10 }],
  [
    'idle going back by three seconds: the processor was replugged',
    [200, 1000],
    [5, 700],
    { user: 0.05, idle: 7 },
  ],
])('%s', (_name, before, after, expected) => {
  const times = new CpuTimes();
  times.update(stat(before[0]!, before[1]!));
  times.update(stat(after[0]!, after[1]!));
  expect([...times.seconds()]).toEqual([['0', expect.objectContaining(expected)]]);
});
