import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { silentLogger } from '@narthex/testkit';
import { readConfig } from '../config/load';
import { MatcherParser } from '../matchers/matcher-parser';
import { Route } from './route';

const yaml = `
route:
  receiver: default
  group_by: [alertname]
  group_wait: 10s
  repeat_interval: 1h
  routes:
  - matchers: [team="a"]
    receiver: a
    group_by: [env, cluster]
    mute_time_intervals: [t]
    routes:
    - matchers: [severity="page"]
      receiver: a-page
      group_wait: 1s
      group_by: ['...']
    - matchers: [severity=~"page|warn"]
      receiver: a-warn
      group_by: []
  - matchers: [team=~"b|c"]
    receiver: bc
    continue: true
  - matchers: [team="b"]
    group_interval: 1m
receivers: [{name: default}, {name: a}, {name: a-page}, {name: a-warn}, {name: bc}]
time_intervals: [{name: t}]
`;
const parser = new MatcherParser({ mode: 'fallback', logger: silentLogger() });
const root = new Route(readConfig(yaml, { file: 'x', folder: '.' }, parser).route);

describe('match', () => {
  test.each([
    [{ alertname: 'x' }, ['default']],
    [{ team: 'a' }, ['a']],
    [{ team: 'a', severity: 'page' }, ['a-page']],
    [{ team: 'a', severity: 'warn' }, ['a-warn']],
    [{ team: 'c' }, ['bc']],
    [{ team: 'b' }, ['bc', 'default']],
  ])('%j goes to %j', (labels, receivers) => {
    expect(root.match(Labels.of(labels)).map(({ settings }) => settings.receiver)).toEqual(receivers);
  });
});

test('settings come down from the parent, time intervals do not', () => {
  const settings = Array.from(root.walk(), (route) => ({
    ...route.settings,
    groupBy: route.settings.groupBy === 'all' ? 'all' : [...route.settings.groupBy],
  }));
  const rest = { groupIntervalMs: 300_000, repeatIntervalMs: 3_600_000, activeTimeIntervals: [] };
  expect(settings).toEqual([
    { ...rest, receiver: 'default', groupBy: ['alertname'], groupWaitMs: 10_000, muteTimeIntervals: [] },
    { ...rest, receiver: 'a', groupBy: ['env', 'cluster'], groupWaitMs: 10_000, muteTimeIntervals: ['t'] },
    { ...rest, receiver: 'a-page', groupBy: 'all', groupWaitMs: 1000, muteTimeIntervals: [] },
    { ...rest, receiver: 'a-warn', groupBy: [], groupWaitMs: 10_000, muteTimeIntervals: [] },
    { ...rest, receiver: 'bc', groupBy: ['alertname'], groupWaitMs: 10_000, muteTimeIntervals: [] },
    {
      ...rest,
      receiver: 'default',
      groupBy: ['alertname'],
      groupWaitMs: 10_000,
      groupIntervalMs: 60_000,
      muteTimeIntervals: [],
    },
  ]);
});

test('keys and ids are those of upstream', () => {
  expect(Array.from(root.walk(), ({ key, id }) => [key, id])).toEqual([
    ['{}', '{}'],
    ['{}/{team="a"}', '{}/{team="a"}/0'],
    ['{}/{team="a"}/{severity="page"}', '{}/{team="a"}/{severity="page"}/0'],
    ['{}/{team="a"}/{severity=~"page|warn"}', '{}/{team="a"}/{severity=~"page|warn"}/1'],
    ['{}/{team=~"b|c"}', '{}/{team=~"b|c"}/1'],
    ['{}/{team="b"}', '{}/{team="b"}/2'],
  ]);
});
