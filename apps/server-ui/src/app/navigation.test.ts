import { expect, test } from '@jest/globals';
import { navigationOf } from './navigation';

const pages = (agentMode: boolean): string[] =>
  navigationOf(agentMode).flatMap(({ entries }) => entries.map(({ path }) => path));

test('an agent has a page of its own, and none of what it cannot do', () => {
  expect(pages(true)).toEqual(['/targets', '/service-discovery', '/agent', '/status', '/flags', '/config']);
  expect(navigationOf(true).map(({ name }) => name)).toEqual(['Monitoring', 'Server']);
  expect(pages(false)).not.toContain('/agent');
  expect(pages(false)).toEqual(expect.arrayContaining(['/query', '/alerts', '/rules', '/tsdb-status']));
});
