/** How often rules are evaluated. */
export const INTERVAL_S = 2;
/** When the samples end, behind their beginning. */
export const END_S = 110;

/** Servers, jobs and levels that come and go; times in seconds behind the beginning. */
const COURSES = [
  [
    { __name__: 'zero', host: 'a' },
    [
      [0, 0],
      [6, 1],
      [20, 0],
      [30, 2],
      [70, 0],
    ],
  ],
  [
    { __name__: 'zero', host: 'b"\\<>&' },
    [
      [0, 0],
      [10, 7.25],
      [24, 0],
    ],
  ],
  [
    { __name__: 'small', host: 'a' },
    [
      [0, 0],
      [6, 1],
      [9, 0],
      [14, 1],
      [30, 0],
      [34, 1],
    ],
  ],
  [
    { __name__: 'small', host: 'ünïcode' },
    [
      [0, 1],
      [40, 0],
    ],
  ],
  [{ __name__: 'long', host: 'a' }, [[0, 1]]],
  [
    { __name__: 'long', host: 'b' },
    [
      [0, 0],
      [30, 1],
      [40, 0],
    ],
  ],
  [{ __name__: 'flapping', host: 'a' }, Array.from({ length: 18 }, (_, i) => [6 * i, i % 2])],
  [
    { __name__: 'level', host: 'a' },
    [
      [0, 1],
      [12, 6],
      [24, 2],
      [36, 11],
      [48, 0],
    ],
  ],
  [{ __name__: 'odd', kind: 'nan' }, [[0, NaN]]],
  [{ __name__: 'odd', kind: 'inf' }, [[0, Infinity]]],
  [{ __name__: 'odd', kind: 'big' }, [[0, 123456789.125]]],
  [{ __name__: 'odd', kind: 'tiny' }, [[0, 0.00001234]]],
  [{ __name__: 'dup', idx: '1' }, [[0, 1]]],
  [
    { __name__: 'dup', idx: '2' },
    [
      [0, 0],
      [16, 1],
      [30, 0],
    ],
  ],
  [
    { __name__: 'known', zone: 'own', host: 'a', secret: 'x' },
    [
      [0, 1],
      [30, 0],
    ],
  ],
  ...Array.from({ length: 300 }, (_, i) => [
    { __name__: 'many', idx: String(i), shard: String(i % 7) },
    [
      [0, 0],
      [8, 1],
      [20 + (i % 5) * 4, 0],
    ],
  ]),
  ...Array.from({ length: 5 }, (_, i) => [
    { __name__: 'limited', idx: String(i) },
    [
      [0, i < 2 ? 1 : 0],
      [14, 1],
      [26, i < 3 ? 1 : 0],
      [60, 0],
    ],
  ]),
  [
    { __name__: 'gone', host: 'a' },
    [
      [0, 1],
      [20, undefined],
      [44, 1],
    ],
  ],
];

/** Every series with a sample a second from `startMs` on. */
export function samplesFrom(startMs) {
  return COURSES.map(([labels, course]) => ({
    labels,
    samples: Array.from({ length: END_S + 1 }, (_, second) => {
      const [, value] = course.findLast(([from]) => from <= second) ?? [0, undefined];
      return [startMs + 1000 * second, value];
    }).filter(([, value]) => value !== undefined),
  }));
}

export const RULES = `groups:
- name: durations
  rules:
  - { alert: Zero, expr: zero > 0, labels: { severity: page }, annotations: { summary: "{{ $labels.host }} has {{ $value }}" } }
  - { alert: Small, expr: small > 0, for: 4s }
  - { alert: Long, expr: long > 0, for: 20s }
  - { alert: VeryLong, expr: long > 0, for: 1h }
  - { alert: Flapping, expr: flapping > 0, for: 2s, keep_firing_for: 8s }
  - { alert: KeptShort, expr: flapping > 0, keep_firing_for: 3s }
  - { alert: Gone, expr: gone > 0, for: 2s }
  - { alert: Absent, expr: 'absent(gone{host="a"}) and on() zero{host="a"} >= 0', labels: { job: '{{ $labels.host }}' } }
- name: templates
  interval: 3s
  labels: { team: core, host: group }
  rules:
  - alert: Level
    expr: level > 0
    for: 3s
    labels:
      severity: '{{ if gt $value 5.0 }}critical{{ else }}warning{{ end }}'
      empty: '{{ "" }}'
      alertname: other
      host: '{{ $labels.host }}-{{ $externalLabels.zone }}'
    annotations:
      text: 'at {{ $value | printf "%.2f" }} {{ humanize $value }} {{ .ExternalURL }} {{ $externalURL }}'
      query: '{{ with query "sum(many)" }}{{ . | first | value }}{{ end }}'
      loop: '{{ range query "limited" | sortByLabel "idx" }}{{ .Labels.idx }}={{ .Value }},{{ end }}'
      missing: '[{{ $labels.nothing }}]'
      broken: '{{ .Nothing.At.All }}'
      failing: '{{ template "none" }}'
      html: '<b>{{ "<&>" }}</b>'
  - alert: Odd
    expr: odd
    annotations:
      value: '{{ $value }} {{ humanize $value }} {{ humanize1024 $value }} {{ humanizeDuration $value }} {{ humanizePercentage $value }}'
  - alert: Histogrammed
    expr: vector(1) and on() known{zone="own"} > 0
    labels: { zone: mine }
- name: many
  rules:
  - { record: 'shard:many:sum', expr: sum by (shard) (many) }
  - { alert: Many, expr: many > 0, annotations: { at: '{{ $labels.idx }} of {{ $labels.shard }}' } }
  - { alert: ShardFull, expr: 'shard:many:sum > 10', for: 2s }
- name: limits
  limit: 3
  rules:
  - { alert: Limited, expr: limited > 0 }
  - { record: limited:copy, expr: limited }
- name: faults
  rules:
  - { alert: Duplicates, expr: dup > 0, labels: { idx: same } }
  - { record: dup:copy, expr: 'dup', labels: { idx: same } }
  - { alert: NotUnique, expr: 'zero * on(host) group_left() (dup + on() group_left() dup)' }
- name: offset
  query_offset: 5s
  rules:
  - { alert: Later, expr: zero > 0, for: 4s }
  - { record: later:zero, expr: zero }
- name: relabelled
  rules:
  - { alert: Known, expr: known > 0, labels: { drop: '{{ $labels.secret }}' } }
  - { alert: Dropped, expr: known > 0 }
`;

export function configOf(alertmanager) {
  return `global:
  scrape_interval: 1h
  evaluation_interval: ${INTERVAL_S}s
  external_labels: { zone: z1, replica: "0" }
rule_files: [rules.yml]
alerting:
  alert_relabel_configs:
  - { regex: replica|secret, action: labeldrop }
  - { source_labels: [alertname], regex: Dropped, action: drop }
  - { source_labels: [severity], regex: warning, target_label: severity, replacement: info }
  alertmanagers:
  - static_configs: [{ targets: ["${alertmanager}"] }]
    path_prefix: /am/
`;
}
