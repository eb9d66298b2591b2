import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { silentLogger } from '@narthex/testkit';
import { AlertingRule } from './alerting-rule.js';
import { alertSamples } from './alert-series.js';
import { type InstantQuery } from './query.js';
import { RecordingRule } from './recording-rule.js';
import { parseRuleFile, type RuleFileChecks } from './rule-file.js';

const checks: RuleFileChecks = {
  normalize: (expression) => expression,
  templates: { expand: (_name, text) => Promise.resolve(text), check: () => Promise.resolve() },
};
const labels = Labels.of({ __name__: 'up', instance: 'a', job: 'b' });
const query: InstantQuery = () =>
  Promise.resolve({ samples: [{ labels, value: 1 }], warnings: [], infos: [] });

// As 3.5.3 does: an empty value in a rule takes the label away, an empty annotation is one.
describe('empty values in a file of rules', () => {
  const file = `groups:
- name: g
  labels: {team: x, zone: ""}
  rules:
  - {record: r, expr: up, labels: {instance: "", team: null}}
  - {alert: A, expr: up, labels: {instance: "", t: y}, annotations: {b: "", a: "", c: z}}
`;

  test('are kept', async () => {
    const [group] = await parseRuleFile(file, 'r.yml', checks);
    expect(group?.rules.map((rule) => rule.labels.toJSON())).toEqual([
      { instance: '', team: '', zone: '' },
      { instance: '', t: 'y', team: 'x', zone: '' },
    ]);
    expect(group?.rules[1]).toHaveProperty(
      'annotations',
      Labels.withEmptyValues([
        ['a', ''],
        ['b', ''],
        ['c', 'z'],
      ]),
    );
  });

  test('take labels away from a recorded sample', async () => {
    const rule = new RecordingRule({
      name: 'r',
      expression: 'up',
      labels: Labels.withEmptyValues([
        ['instance', ''],
        ['team', 'x'],
      ]),
    });
    const [sample] = await rule.evaluate(0, query, 0);
    expect(sample?.labels.toString()).toBe('{__name__="r", job="b", team="x"}');
  });

  test('take labels away from an alert and its series; annotations stay', async () => {
    const rule = new AlertingRule({
      name: 'A',
      expression: 'up',
      forMs: 0,
      keepFiringForMs: 0,
      labels: Labels.withEmptyValues([
        ['instance', ''],
        ['t', ''],
      ]),
      annotations: Labels.withEmptyValues([
        ['a', ''],
        ['b', 'c'],
      ]),
      templates: checks.templates,
      logger: silentLogger(),
      restored: true,
    });
    await rule.evaluate(0, 0, query, 0);
    const [alert] = rule.activeAlerts();
    expect(alert?.labels.toString()).toBe('{alertname="A", job="b"}');
    expect(alert?.annotations.toJSON()).toEqual({ a: '', b: 'c' });
    expect(alertSamples(alert!, rule.labels).map((sample) => sample.labels.toString())).toEqual([
      '{__name__="ALERTS", alertname="A", alertstate="firing", job="b"}',
      '{__name__="ALERTS_FOR_STATE", alertname="A", job="b"}',
    ]);
  });
});
