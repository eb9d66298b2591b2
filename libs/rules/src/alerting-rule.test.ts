import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { RecordingLogger } from '@narthex/testkit';
import { AlertingRule, type AlertingRuleOptions } from './alerting-rule.js';
import { RuleError } from './errors.js';
import { type InstantQuery } from './query.js';
import { type AlertTemplates } from './template/alert-templates.js';

const MINUTE = 60_000;

/** Templates of the simplest kind: `<label>` stands for the label's value, anything with `!` fails. */
const templates: AlertTemplates = {
  expand: (_name, text, sample) => {
    if (text.includes('!')) return Promise.reject(new RuleError('TEMPLATE', 'no good'));
    return Promise.resolve(text.replace(/<(\w+)>/g, (_all, name: string) => sample.labels.get(name)));
  },
  check: () => Promise.resolve(),
};

function makeRule(overrides: Partial<AlertingRuleOptions> = {}): AlertingRule {
  return new AlertingRule({
    name: 'Down',
    expression: 'up == 0',
    forMs: 0,
    keepFiringForMs: 0,
    labels: Labels.EMPTY,
    annotations: Labels.EMPTY,
    templates,
    logger: new RecordingLogger(),
    restored: true,
    ...overrides,
  });
}

/** A query that answers with these instances. */
function instances(...names: string[]): InstantQuery {
  const samples = names.map((instance) => ({ labels: Labels.of({ __name__: 'up', instance }), value: 0 }));
  return () => Promise.resolve({ samples, warnings: [], infos: [] });
}

describe('the states of an alert', () => {
  // At each minute: does it match? And the state that follows, `-` for none.
  test.each([
    { forMin: 0, keepMin: 0, matches: '1 1 0 0', states: 'firing firing - -' },
    { forMin: 2, keepMin: 0, matches: '1 1 1 1 0', states: 'pending pending firing firing -' },
    { forMin: 2, keepMin: 0, matches: '1 1 0 1 1 1', states: 'pending pending - pending pending firing' },
    { forMin: 0, keepMin: 2, matches: '1 0 0 0 0', states: 'firing firing firing - -' },
    { forMin: 0, keepMin: 2, matches: '1 0 1 0 0 0', states: 'firing firing firing firing firing -' },
    { forMin: 1, keepMin: 2, matches: '1 0 1 1', states: 'pending - pending firing' },
  ])(
    'for $forMin m, keep firing $keepMin m, matching $matches',
    async ({ forMin, keepMin, matches, states }) => {
      const rule = makeRule({ forMs: forMin * MINUTE, keepFiringForMs: keepMin * MINUTE });
      const seen: string[] = [];
      for (const [minute, matching] of matches.split(' ').entries()) {
        await rule.evaluate(minute * MINUTE, 0, matching === '1' ? instances('a') : instances(), 0);
        seen.push(rule.activeAlerts()[0]?.state ?? '-');
      }
      expect(seen.join(' ')).toBe(states);
    },
  );

  test('what is stored: the alert with its state, and since when it matches', async () => {
    const rule = makeRule({ forMs: MINUTE, labels: Labels.of({ severity: 'page' }) });
    await rule.evaluate(30_500, 0, instances('a'), 0);
    const samples = await rule.evaluate(90_500, 0, instances('a'), 0);
    expect(samples.map(({ labels, value }) => [labels.toString(), value])).toEqual([
      ['{__name__="ALERTS", alertname="Down", alertstate="firing", instance="a", severity="page"}', 1],
      ['{__name__="ALERTS_FOR_STATE", alertname="Down", instance="a", severity="page"}', 30],
    ]);
  });

  test('nothing is stored before the state of an earlier run was looked up', async () => {
    const rule = makeRule({ restored: false });
    expect(await rule.evaluate(0, 0, instances('a'), 0)).toEqual([]);
    expect(rule.activeAlerts().map(({ state }) => state)).toEqual(['firing']);
    expect(rule.state()).toBe('unknown');
    rule.status.lastEvaluationMs = 0;
    expect(rule.state()).toBe('firing');
  });
});

describe('labels and annotations', () => {
  test('are expanded for each element; the metric name goes', async () => {
    const rule = makeRule({
      labels: Labels.of({ where: 'at <instance>', instance: '' }),
      annotations: Labels.of({ text: '<instance> is down', broken: '!' }),
    });
    await rule.evaluate(0, 0, instances('a'), 0);
    const [alert] = rule.activeAlerts();
    expect(alert!.labels.toObject()).toEqual(
      Labels.of({ alertname: 'Down', instance: 'a', where: 'at a' }).toObject(),
    );
    expect(alert!.annotations.toObject()).toEqual(
      Labels.of({ text: 'a is down', broken: '<error expanding template: no good>' }).toObject(),
    );
  });

  test('that make two elements equal are an error', async () => {
    const rule = makeRule({ labels: Labels.of({ instance: 'same' }) });
    await expect(rule.evaluate(0, 0, instances('a', 'b'), 0)).rejects.toThrow(
      'vector contains metrics with the same labelset after applying alert labels',
    );
  });

  test('beyond the limit every alert goes', async () => {
    const rule = makeRule();
    await rule.evaluate(0, 0, instances('a'), 1);
    await expect(rule.evaluate(1, 0, instances('a', 'b'), 1)).rejects.toThrow(
      'exceeded limit of 1 with 2 alerts',
    );
    expect(rule.activeAlerts()).toEqual([]);
  });
});

describe('what Alertmanager hears', () => {
  const RESEND = MINUTE;
  const send = (rule: AlertingRule, minute: number): string[] =>
    rule.alertsToSend(minute * MINUTE, RESEND, 15_000).map((alert) => alert.state);

  test('a pending alert is not sent; a firing one again after the delay; a resolved one at once and again', async () => {
    const rule = makeRule({ forMs: MINUTE });
    await rule.evaluate(0, 0, instances('a'), 0);
    expect(send(rule, 0)).toEqual([]);
    await rule.evaluate(MINUTE, 0, instances('a'), 0);
    expect(send(rule, 1)).toEqual(['firing']);
    expect(send(rule, 1.5)).toEqual([]);
    expect(send(rule, 2.1)).toEqual(['firing']);
    await rule.evaluate(2.2 * MINUTE, 0, instances(), 0);
    expect(send(rule, 2.2)).toEqual(['inactive']);
    expect(send(rule, 3.3)).toEqual(['inactive']);
    await rule.evaluate(18 * MINUTE, 0, instances(), 0);
    expect(send(rule, 18)).toEqual([]);
  });

  test('holds for four times the longer of interval and resend delay', async () => {
    const rule = makeRule();
    await rule.evaluate(0, 0, instances('a'), 0);
    expect(rule.alertsToSend(0, RESEND, 5 * MINUTE)[0]).toMatchObject({
      validUntilMs: 20 * MINUTE,
      firedAtMs: 0,
    });
  });
});
