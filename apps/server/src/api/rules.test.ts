import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { AlertingRule, GoAlertTemplates, RecordingRule, type Rule, RuleGroup } from '@narthex/rules';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { ApiRig } from '../testing/api-rig.js';

const clock = new ManualClock(1_700_000_000_000);
const logger = silentLogger();
const rig = new ApiRig();
const { groups } = rig;
const json: ApiRig['json'] = (path, init) => rig.json(path, init);

beforeAll(() => rig.start(clock, logger));
afterAll(() => rig.close());

function ruleGroup(file: string, name: string, rules: Rule[]): RuleGroup {
  const options = {
    file,
    name,
    intervalMs: 2000,
    queryOffsetMs: 0,
    limit: 0,
    rules,
    restore: false,
    fingerprint: '',
  };
  return new RuleGroup(options, {} as ConstructorParameters<typeof RuleGroup>[1]);
}

describe('rules', () => {
  beforeAll(async () => {
    const templates = new GoAlertTemplates({
      externalLabels: Labels.EMPTY,
      externalUrl: new URL('http://x'),
      nowMs: () => clock.nowMs(),
    });
    const alert = new AlertingRule({
      name: 'Down',
      expression: 'up == 0',
      forMs: 60_000,
      keepFiringForMs: 0,
      labels: Labels.of({ severity: 'page' }),
      annotations: Labels.of({ text: 'is {{ $value }}' }),
      templates,
      logger,
      restored: true,
    });
    const sample = { labels: Labels.of({ __name__: 'up', job: 'a' }), value: 0 };
    await alert.evaluate(
      1_700_000_000_000,
      0,
      () => Promise.resolve({ samples: [sample], warnings: [], infos: [] }),
      0,
    );
    alert.status.succeeded();
    alert.status.lastEvaluationMs = 1_700_000_000_000;
    const record = new RecordingRule({ name: 'r', expression: '1', labels: Labels.EMPTY });
    groups.push(ruleGroup('a.yml', 'one', [record, alert]), ruleGroup('b.yml', 'two', []));
  });

  const activeAlert = {
    labels: { alertname: 'Down', job: 'a', severity: 'page' },
    annotations: { text: 'is 0' },
    state: 'pending',
    activeAt: '2023-11-14T22:13:20Z',
    value: '0e+00',
  };

  test('show everything', async () => {
    expect(await json('/rules')).toEqual({
      status: 'success',
      data: {
        groups: [
          {
            name: 'one',
            file: 'a.yml',
            rules: [
              {
                name: 'r',
                query: '1',
                health: 'unknown',
                evaluationTime: 0,
                lastEvaluation: '0001-01-01T00:00:00Z',
                type: 'recording',
              },
              {
                state: 'pending',
                name: 'Down',
                query: 'up == 0',
                duration: 60,
                keepFiringFor: 0,
                labels: { severity: 'page' },
                annotations: { text: 'is {{ $value }}' },
                alerts: [activeAlert],
                health: 'ok',
                evaluationTime: 0,
                lastEvaluation: '2023-11-14T22:13:20Z',
                type: 'alerting',
              },
            ],
            interval: 2,
            limit: 0,
            evaluationTime: 0,
            lastEvaluation: '0001-01-01T00:00:00Z',
          },
          {
            name: 'two',
            file: 'b.yml',
            rules: [],
            interval: 2,
            limit: 0,
            evaluationTime: 0,
            lastEvaluation: '0001-01-01T00:00:00Z',
          },
        ],
      },
    });
    expect(await json('/alerts')).toEqual({ status: 'success', data: { alerts: [activeAlert] } });
  });

  test.each<[string, [string, string[]][]]>([
    ['type=alert', [['one', ['Down']]]],
    ['type=record', [['one', ['r']]]],
    ['rule_name[]=Down&rule_name[]=x', [['one', ['Down']]]],
    ['rule_group[]=two', [['two', []]]],
    ['file[]=a.yml', [['one', ['r', 'Down']]]],
    ['match[]=%7Bseverity=%22page%22%7D', [['one', ['Down']]]],
    ['match[]=%7Bseverity=%22x%22%7D', []],
  ])('are filtered: %s', async (parameters, expected) => {
    const { data } = (await json(`/rules?${parameters}`)) as {
      data: { groups: { name: string; rules: { name: string }[] }[] };
    };
    expect(data.groups.map(({ name, rules }) => [name, rules.map((rule) => rule.name)])).toEqual(expected);
  });

  test('come in pages, and without alerts', async () => {
    interface Page {
      data: { groups: { name: string; rules: { alerts?: unknown }[] }[]; groupNextToken?: string };
    }
    const first = (await json('/rules?group_limit=1&exclude_alerts=true')) as Page;
    expect(first.data.groups.map(({ name }) => name)).toEqual(['one']);
    expect(first.data.groups[0]?.rules[1]?.alerts).toBeNull();
    const second = (await json(`/rules?group_limit=1&group_next_token=${first.data.groupNextToken}`)) as Page;
    expect([second.data.groups.map(({ name }) => name), second.data.groupNextToken]).toEqual([
      ['two'],
      undefined,
    ]);
    expect(await json('/rules?group_limit=1&group_next_token=x')).toMatchObject({
      error:
        'invalid parameter "group_next_token": invalid group_next_token \'x\'. were rule groups changed?',
    });
  });
});
