import { expect, test } from '@jest/globals';
import { requestFailure } from './go-reasons.js';

test.each([
  ['http://h:1/a', 'Post "http://h:1/a": EOF'],
  ['http://u:secret@h:1/a?b=c:d@e', 'Post "http://u:***@h:1/a?b=c:d@e": EOF'],
  ['https://u@h/a:b@c', 'Post "https://u@h/a:b@c": EOF'],
  ['http://:secret@h', 'Post "http://:***@h": EOF'],
])('%s', (url, expected) => {
  expect(requestFailure('POST', url, 'EOF')).toBe(expected);
});
