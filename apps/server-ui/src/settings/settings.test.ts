import { expect, test } from '@jest/globals';
import { decodeSettings, defaultSettings } from './settings';

test.each([
  [null, {}],
  ['', {}],
  ['[]', {}],
  ['null', {}],
  ['{"timeZone":"local","refreshMs":0}', { timeZone: 'local', refreshMs: 0 }],
  ['{"refreshMs":"often","linter":false,"unknown":1}', { linter: false }],
])('decodeSettings(%p)', (stored, expected) => {
  expect(decodeSettings(stored)).toEqual({ ...defaultSettings, ...expected });
});
