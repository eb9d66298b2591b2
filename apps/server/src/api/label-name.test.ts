import { expect, test } from '@jest/globals';
import { unescapeLabelName } from './label-name.js';

test.each([
  ['job', 'job'],
  ['U_a', 'U_a'],
  ['U__a_2e_b', 'a.b'],
  ['U__a__b', 'a_b'],
  ['U___1f600_', '😀'],
  ['U__a_', 'U__a_'],
  ['U__a_zz_', 'U__a_zz_'],
  ['U__a_d800_', 'U__a_d800_'],
  ['a-b', 'a-b'],
])('%s', (given, expected) => {
  expect(unescapeLabelName(given)).toBe(expected);
});
