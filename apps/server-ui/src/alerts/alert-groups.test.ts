import { expect, test } from '@jest/globals';
import { type ActiveAlert, type AlertingRule, type AlertState } from '../api/types-rules';
import { alertsIn, filterAlertGroups, sortAlerts, stateCounts } from './alert-groups';

function alert(state: AlertState, activeAt: string): ActiveAlert {
  return { labels: { instance: activeAt }, annotations: {}, state, activeAt, value: '1e+00' };
}

function rule(name: string, state: AlertState, alerts: readonly ActiveAlert[] | null = []): AlertingRule {
  return {
    type: 'alerting',
    name,
    query: `${name.toLowerCase()} > 0`,
    labels: { severity: 'page' },
    health: 'ok',
    evaluationTime: 0,
    lastEvaluation: '2026-03-01T00:00:00Z',
    state,
    duration: 0,
    keepFiringFor: 0,
    alerts,
  };
}

const early = alert('pending', '2026-03-01T00:00:00Z');
const late = alert('firing', '2026-03-01T02:00:00Z');
const middle = alert('firing', '2026-03-01T01:00:00Z');
const groups = [
  {
    name: 'first',
    file: 'a.yml',
    interval: 60,
    limit: 0,
    evaluationTime: 0,
    lastEvaluation: '',
    rules: [rule('Down', 'firing', [early, late, middle]), rule('Slow', 'inactive', null)],
  },
  {
    name: 'second',
    file: 'b.yml',
    interval: 60,
    limit: 0,
    evaluationTime: 0,
    lastEvaluation: '',
    rules: [rule('Full', 'pending')],
  },
];
const names = (filter: Parameters<typeof filterAlertGroups>[1]): string[] =>
  filterAlertGroups(groups, filter).map(
    ({ name, rules }) => `${name}: ${rules.map((each) => each.name).join(',')}`,
  );

test('counts rules by state and alerts of a rule by state', () => {
  expect(stateCounts(groups)).toEqual({ firing: 1, pending: 1, inactive: 1, unknown: 0 });
  expect(alertsIn(rule('Down', 'firing', [early, late, middle]), 'firing')).toBe(2);
  expect(alertsIn(rule('Slow', 'inactive', null), 'firing')).toBe(0);
});

test('filters by state and by words in group, rule and active alerts', () => {
  expect(names({ states: [], search: '' })).toEqual(['first: Down,Slow', 'second: Full']);
  expect(names({ states: ['firing', 'pending'], search: '' })).toEqual(['first: Down', 'second: Full']);
  expect(names({ states: [], search: 'b.yml' })).toEqual(['second: Full']);
  expect(names({ states: [], search: 'slow > severity' })).toEqual(['first: Slow']);
  expect(names({ states: [], search: '02:00' })).toEqual(['first: Down']);
  expect(names({ states: ['inactive'], search: 'full' })).toEqual([]);
});

test('sortAlerts puts the firing first, the older before the younger', () => {
  expect(sortAlerts([early, late, middle])).toEqual([middle, late, early]);
});
