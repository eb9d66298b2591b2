import { describe, expect, test } from '@jest/globals';
import { parseRuleFile, RuleFileError, type RuleFileChecks } from './rule-file.js';
import { RuleError } from './errors.js';

/** Expressions are good unless they end in `+`; templates unless they hold `foo`. */
const checks: RuleFileChecks = {
  normalize: (expression) => {
    if (expression.endsWith('+')) throw new Error('1:5: parse error: unexpected end of input');
    return expression.trim();
  },
  templates: {
    expand: (_name, text) => Promise.resolve(text),
    check: (name, text) =>
      text.includes('foo')
        ? Promise.reject(new RuleError('TEMPLATE', `template: ${name}:1: function "foo" not defined`))
        : Promise.resolve(),
  },
};

async function reasonsOf(content: string): Promise<readonly string[]> {
  try {
    await parseRuleFile(content, 'r.yml', checks);
    return [];
  } catch (error) {
    return error instanceof RuleFileError ? error.reasons : [(error as Error).message];
  }
}

test('groups with their rules, the labels of the group put in', async () => {
  const groups = await parseRuleFile(
    `groups:
  - name: g
    interval: 30s
    labels: {team: a, tier: b}
    rules:
      - record: x:y
        expr: ' up '
        labels: {tier: c}
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 1m
        annotations: {summary: s}
`,
    'r.yml',
    checks,
  );
  expect(groups).toHaveLength(1);
  expect(groups[0]).toMatchObject({
    name: 'g',
    intervalMs: 30_000,
    queryOffsetMs: undefined,
    limit: 0,
    file: 'r.yml',
  });
  const [recording, alerting] = groups[0]!.rules;
  expect([recording!.record, recording!.expression, recording!.labels.toString()]).toEqual([
    'x:y',
    'up',
    '{team="a", tier="c"}',
  ]);
  expect(alerting).toMatchObject({ alert: 'Down', forMs: 300_000, keepFiringForMs: 60_000 });
});

describe('mistakes are told as upstream tells them', () => {
  const rule = (fields: string): string => `groups: [{name: g, rules: [{${fields}}]}]`;
  test.each([
    ['', []],
    [
      rule('record: "a b{}", expr: up'),
      [
        'r.yml: 1:37: group "g", rule 1, "a b{}": braces present in the recording rule name; should it be in expr?: a b{}',
      ],
    ],
    [rule('record: a'), [`r.yml: 0:0: group "g", rule 1, "a": field 'expr' must be set in rule`]],
    [
      rule('record: a, expr: "up +"'),
      [
        'r.yml: 1:46: group "g", rule 1, "a": could not parse expression: 1:5: parse error: unexpected end of input',
      ],
    ],
    [
      rule('record: a, expr: up, for: 1m'),
      [`r.yml: 1:37: group "g", rule 1, "a": invalid field 'for' in recording rule`],
    ],
    [
      rule('record: a, expr: up, annotations: {a: b}'),
      [`r.yml: 1:37: group "g", rule 1, "a": invalid field 'annotations' in recording rule`],
    ],
    [
      rule('alert: a, expr: up, labels: {"__name__": b}'),
      ['r.yml: group "g", rule 1, "a": invalid label name: __name__'],
    ],
    [
      rule('alert: a, expr: up, labels: {"a": "{{ foo }}"}'),
      ['r.yml: group "g", rule 1, "a": label "a": template: __alert_a:1: function "foo" not defined'],
    ],
    ['groups: [{name: g, rules: []},{name: g}]', ['r.yml: 0:0: groupname: "g" is repeated in the same file']],
    ['groups: [{rules: []}]', ['r.yml: 0:0: Groupname must not be empty']],
    ['foo: 1', ['r.yml: yaml: unmarshal errors:\n  line 1: field foo not found in type rulefmt.RuleGroups']],
  ])('%s', async (content, reasons) => {
    expect(await reasonsOf(content)).toEqual(reasons);
  });
});
