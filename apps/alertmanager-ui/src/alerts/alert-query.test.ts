import { expect, test } from '@jest/globals';
import { readFilters } from './alert-query';

test.each([
  ['', { filters: [], receiver: '', active: true, silenced: false, inhibited: false, muted: false }],
  [
    'silenced=true&inhibited=true&muted=true&active=false',
    { filters: [], receiver: '', active: false, silenced: true, inhibited: true, muted: true },
  ],
  // As links in notifications have it: the receiver is a regular expression.
  [
    'receiver=team%5C.x',
    { filters: [], receiver: 'team.x', active: true, silenced: false, inhibited: false, muted: false },
  ],
  [
    'filter=%7Ba%3D%22b%22%2Cc%3D~%22d%22%7D',
    {
      filters: ['a="b"', 'c=~"d"'],
      receiver: '',
      active: true,
      silenced: false,
      inhibited: false,
      muted: false,
    },
  ],
])('%s', (search, query) => {
  expect(readFilters(new URLSearchParams(search)).query).toEqual(query);
});
