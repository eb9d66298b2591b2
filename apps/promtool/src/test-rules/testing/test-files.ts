/** Rules, and tests of them, that go well and wrong in every way. */
export const TEST_FILES: Readonly<Record<string, string>> = {
  'rules.yml': `
groups:
  - name: g1
    rules:
      - record: job:x:sum
        expr: sum by (job) (x)
      - alert: High
        expr: x > 5
        for: 2m
        labels: {sev: page}
        annotations: {sum: "v {{ $value }} on {{ $labels.inst }} {{ $externalLabels.c }} {{ $externalURL }}"}
  - name: g2
    interval: 2m
    rules:
      - alert: Always
        expr: vector(1)
      - record: h
        expr: histogram_count(nh)
`,
  'all.yml': `
rule_files: [rules.yml, "none*.yml"]
evaluation_interval: 1m
group_eval_order: [g1, g2]
tests:
  - interval: 1m
    name: first
    input_series:
      - {series: 'x{job="a", inst="1"}', values: '0+1x10'}
      - {series: 'x{job="a", inst="2"}', values: '1 2 _ _ stale 7x5'}
      - series: nh
        values: '{{schema:0 sum:1 count:2 buckets:[1 1]}}+{{schema:0 sum:1 count:2 buckets:[1 1]}}x5'
    external_labels: {c: d}
    external_url: http://ext/
    alert_rule_test:
      - eval_time: 9m
        alertname: High
        exp_alerts:
          - exp_labels: {sev: page, inst: "1", job: a}
            exp_annotations: {sum: "v 9 on 1 d http://ext"}
      - {eval_time: 1m, alertname: High}
      - {eval_time: 9m, alertname: Always}
    promql_expr_test:
      - {expr: 'job:x:sum', eval_time: 3m, exp_samples: [{labels: 'job:x:sum{job="a"}', value: 3}]}
      - {expr: 'job:x:sum', eval_time: 4m, exp_samples: [{labels: 'job:x:sum{job="a"}', value: 4}]}
      - expr: nh
        eval_time: 2m
        exp_samples: [{labels: nh, histogram: '{{schema:0 sum:3 count:6 buckets:[3 3]}}'}]
      - expr: nh
        eval_time: 2m
        exp_samples:
          - {labels: nh, histogram: '{{schema:0 sum:3 count:6 counter_reset_hint:not_reset buckets:[3 3]}}'}
      - {expr: h, eval_time: 2m, exp_samples: [{labels: h, value: 6}]}
      - {expr: count(ALERTS), eval_time: 9m}
      - {expr: bad(, eval_time: 9m}
      - {expr: '"a"', eval_time: 9m}
      - {expr: '5', eval_time: 9m}
      - {expr: 'sum_over_time(x[10m:])', eval_time: 10m30s}
`,
  'passing.yml': `
rule_files: [rules.yml]
tests:
  - interval: 1m
    input_series: [{series: 'x{job="a"}', values: 1x5}]
    promql_expr_test: [{expr: x, eval_time: 1m, exp_samples: [{labels: 'x{job="a"}', value: 1}]}]
`,
  'unknown-field.yml': 'rule_files: [rules.yml]\nfoo: 1\ntests: []\n',
  'broken.yml': 'groups: [{name: a, rules: [{record: x, expr: "up("}, {record: "{y}", expr: up}]}]\n',
  'bad-rules.yml': 'rule_files: [broken.yml]\ntests: [{interval: 1m}]\n',
  'nameless.yml':
    'rule_files: [rules.yml]\ntests: [{interval: 1m, name: n, alert_rule_test: [{eval_time: 1m}]}]\n',
  'repeated-order.yml': 'group_eval_order: [a, a]\ntests: [{interval: 1m}]\n',
  'no-rules.yml': `
rule_files: [none.yml]
tests:
  - name: q
    input_series: [{series: x, values: "1 2"}]
    promql_expr_test: [{expr: x, eval_time: 1m, exp_samples: [{labels: x, value: 1}]}]
`,
  ...Object.fromEntries([true, false].map((fuzzy) => [fuzzy ? 'fuzzy.yml' : 'exact.yml', floats(fuzzy)])),
  'clashing.yml': `groups: [{name: g, rules: [{record: r, expr: 'label_replace(x, "inst", "same", "", "")'}]}]\n`,
  'failing-rule.yml': `
rule_files: [clashing.yml]
tests:
  - interval: 1m
    input_series: [{series: 'x{inst="1"}', values: 1x9}, {series: 'x{inst="2"}', values: 2x9}]
    promql_expr_test: [{expr: x, eval_time: 1m}]
`,
  'alert.yml': `
groups:
  - name: g
    rules:
      - {alert: A, expr: 'x > 0', labels: {l: '{{$value}}', m: n}, annotations: {a: b, c: d}}
`,
  'differing.yml': `
rule_files: [alert.yml]
tests:
  - interval: 1m
    input_series: [{series: 'x{inst="1"}', values: 1x9}, {series: 'x{inst="2"}', values: 2x9}]
    alert_rule_test:
      - eval_time: 1m
        alertname: A
        exp_alerts: [{exp_labels: {l: "1", m: o, p: q}, exp_annotations: {a: z, c: d, e: f}}]
      - {eval_time: 1m, alertname: B, exp_alerts: [{exp_labels: {l: "1", m: o, p: q}}]}
`,
  'extended-rules.yml': 'groups:\n- name: a\n  owner: me\n  rules: [{record: r, expr: x, ticket: 1}]\n',
  'extended.yml': `
rule_files: [extended-rules.yml]
tests:
  - input_series: [{series: x, values: "1"}]
    promql_expr_test: [{expr: r, exp_samples: [{labels: r, value: 1}]}]
`,
  'empty.yml': '',
  'replaced.yml': `
tests:
  - input_series: [{series: x, values: "1"}, {series: x, values: "2"}]
    promql_expr_test: [{expr: x, exp_samples: [{labels: x, value: 2}]}]
`,
};

function floats(fuzzy: boolean): string {
  return `
fuzzy_compare: ${fuzzy}
tests:
  - interval: 1m
    input_series: [{series: x, values: '0.1 0.2 NaN'}]
    promql_expr_test:
      - {expr: x + 0.2, eval_time: 0m, exp_samples: [{value: 0.3}]}
      - {expr: x + 0.20000000000001, eval_time: 0m, exp_samples: [{value: 0.3}]}
      - {expr: x, eval_time: 2m, exp_samples: [{value: .nan, labels: x}]}
      - {expr: sum(x), eval_time: 0, exp_samples: [{value: 1e20, labels: '{}'}]}
`;
}
