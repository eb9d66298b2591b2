import { expect, test } from '@jest/globals';
import { distributionText } from './distribution.js';

test.each<[number[], number, string]>([
  [[], 5, 'x: N/A\n\n'],
  [[1, 1, 1, 1], 4, `x (min/avg/max): 1/1/1\n[ 1, 10]: 4 ${'#'.repeat(100)}\n[11, 20]: 0 \n\n`],
  [
    [16, 16, 120],
    6,
    `x (min/avg/max): 16/50/120
[ 11,  20]: 2 ${'#'.repeat(33)}
[ 21,  30]: 0 
[ 31,  40]: 0 
[ 41,  50]: 0 
[ 51,  60]: 0 
[ 61,  70]: 0 
[ 71,  80]: 0 
[ 81,  90]: 0 
[ 91, 100]: 0 
[101, 110]: 0 
[111, 120]: 0 
[121, 130]: 1 ${'#'.repeat(16)}
[131, 140]: 0 

`,
  ],
  [[14, 133, 1014], 100, 'x (min/avg/max): 14/387/1014\n[   1,  100]: 1 #\n[ 101,  200]: 1 #\n'],
])('%j of %d', (numbers, total, text) => {
  expect(distributionText('x', numbers, total)).toContain(text);
});
