import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EXPOSITION = `# HELP fixture_total Things counted.
# TYPE fixture_total counter
fixture_total{kind="a"} 1
fixture_total{kind="b"} 2
# HELP fixture_gauge A level, with "quotes" and \\\\ a backslash.
# TYPE fixture_gauge gauge
fixture_gauge 3.5
# TYPE fixture_seconds histogram
fixture_seconds_bucket{le="1"} 1
fixture_seconds_bucket{le="+Inf"} 2
fixture_seconds_sum 3
fixture_seconds_count 2
`;

const RULES = `groups:
- name: alpha
  interval: 5s
  labels: { team: "a" }
  rules:
  - record: alpha:one
    expr: vector(1)
    labels: { kind: "x" }
  - alert: Firing
    expr: vector(1) > 0
    labels: { severity: page }
    annotations: { summary: "value {{ $value }} <b> & more" }
  - alert: Pending
    expr: vector(2) > 0
    for: 1h
    keep_firing_for: 10m
- name: beta
  rules:
  - alert: Inactive
    expr: vector(1) > 2
    for: 5m
  - record: beta:two
    expr: sum by (job) (up{job="none"})
- name: gamma
  limit: 3
  query_offset: 1m
  rules:
  - alert: Firing
    expr: vector(7)
    labels: { severity: ticket }
`;

/** A target, a configuration with targets good and bad, and rules. The files lie in `folder`. */
export async function setUp(folder) {
  const target = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(EXPOSITION);
  });
  await new Promise((resolve) => target.listen(0, '127.0.0.1', resolve));
  const { port } = target.address();
  const config = join(folder, 'prometheus.yml');
  writeFileSync(join(folder, 'rules.yml'), RULES);
  writeFileSync(
    config,
    `global:
  scrape_interval: 1s
  evaluation_interval: 1s
  external_labels: { zone: z1, replica: "0" }
rule_files: [rules.yml]
alerting:
  alert_relabel_configs:
  - { regex: replica, action: labeldrop }
  alertmanagers:
  - static_configs: [{ targets: ["127.0.0.1:1"] }]
scrape_configs:
- job_name: good
  params: { module: [m] }
  static_configs:
  - targets: ["127.0.0.1:${port}"]
    labels: { env: prod }
- job_name: dead
  scheme: http
  metrics_path: /x
  basic_auth: { username: u, password: secret }
  static_configs: [{ targets: ["127.0.0.1:1"] }]
- job_name: dropped
  relabel_configs:
  - { source_labels: [__address__], regex: "keep.*", action: keep }
  static_configs: [{ targets: ["a:1", "b:2"] }]
`,
  );
  return { config, close: () => target.close() };
}
