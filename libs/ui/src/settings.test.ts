import { expect, test } from '@jest/globals';
import { decodeSettings } from './settings';

const defaults = { timeZone: 'utc', refreshMs: 10_000, linter: true };

test.each([
  [null, {}],
  ['', {}],
  ['[]', {}],
  ['null', {}],
  ['{"timeZone":"local","refreshMs":0}', { timeZone: 'local', refreshMs: 0 }],
  ['{"refreshMs":"often","linter":false,"unknown":1}', { linter: false }],
])('decodeSettings(%p)', (stored, expected) => {
  expect(decodeSettings(stored, defaults)).toEqual({ ...defaults, ...expected });
});
