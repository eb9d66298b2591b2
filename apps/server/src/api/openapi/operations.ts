/** What a parameter of the API holds. */
export type ParameterKind =
  'text' | 'texts' | 'time' | 'duration' | 'limit' | 'switch' | 'selectors' | 'expression';

/** One parameter: its name, whether it must be there, what it holds and what for. */
export interface ParameterText {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly description: string;
  readonly required?: boolean;
}

/** What an endpoint is for. Its methods are told by the endpoint itself. */
export interface OperationText {
  readonly tag: string;
  readonly summary: string;
  readonly parameters?: readonly ParameterText[];
  /** What a successful answer carries; without, JSON in the usual envelope. */
  readonly answer?: 'nothing' | 'json-lines' | 'events' | 'yaml' | 'bytes';
  /** The type of the body that it takes instead of a form. */
  readonly body?: string;
}

const query: ParameterText = {
  name: 'query',
  kind: 'expression',
  description: 'PromQL expression.',
  required: true,
};
const start: ParameterText = { name: 'start', kind: 'time', description: 'Start of the range.' };
const end: ParameterText = { name: 'end', kind: 'time', description: 'End of the range.' };
const limit: ParameterText = {
  name: 'limit',
  kind: 'limit',
  description: 'Most entries to return; 0 for all.',
};
const timeout: ParameterText = {
  name: 'timeout',
  kind: 'duration',
  description: 'Longest time for the evaluation; the flag --query.timeout caps it.',
};
const lookback: ParameterText = {
  name: 'lookback_delta',
  kind: 'duration',
  description: 'How far back a sample may lie, instead of --query.lookback-delta.',
};
const stats: ParameterText = {
  name: 'stats',
  kind: 'text',
  description: 'Add statistics of the evaluation: `true`, or `all` for those of every step.',
};
const selectors: ParameterText = {
  name: 'match[]',
  kind: 'selectors',
  description: 'Series selectors; series that any of them selects count.',
};
const scrapePool: ParameterText = {
  name: 'scrapePool',
  kind: 'text',
  description: 'Name of one scrape pool.',
};
const labelName: ParameterText = {
  name: 'name',
  kind: 'text',
  description: 'Name of the label.',
  required: true,
};
const search: readonly ParameterText[] = [
  selectors,
  { name: 'search[]', kind: 'texts', description: 'What to look for.' },
  { name: 'fuzz_threshold', kind: 'limit', description: 'Least likeness in percent, 0 to 100.' },
  { name: 'fuzz_alg', kind: 'text', description: 'How likeness is measured.' },
  { name: 'case_sensitive', kind: 'switch', description: 'Whether case counts.' },
  { name: 'sort_by', kind: 'text', description: 'What to sort by.' },
  { name: 'sort_dir', kind: 'text', description: 'asc or dsc.' },
  { name: 'include_score', kind: 'switch', description: 'Add the likeness of each entry.' },
  start,
  end,
  limit,
  { name: 'batch_size', kind: 'limit', description: 'Entries in one line of the answer.' },
];

/** What each path of the API is for, by the path as it is mounted. */
export const OPERATIONS: Readonly<Record<string, OperationText>> = {
  '/query': {
    tag: 'query',
    summary: 'Evaluate an expression at one moment',
    parameters: [
      query,
      { name: 'time', kind: 'time', description: 'Moment of the evaluation; now unless given.' },
      timeout,
      limit,
      lookback,
      stats,
    ],
  },
  '/query_range': {
    tag: 'query',
    summary: 'Evaluate an expression over a range of time',
    parameters: [
      query,
      { ...start, required: true },
      { ...end, required: true },
      { name: 'step', kind: 'duration', description: 'Time between two points.', required: true },
      timeout,
      limit,
      lookback,
      stats,
    ],
  },
  '/query_exemplars': {
    tag: 'query',
    summary: 'Exemplars of the series that an expression selects',
    parameters: [query, start, end],
  },
  '/format_query': { tag: 'query', summary: 'Print an expression in its usual form', parameters: [query] },
  '/parse_query': { tag: 'query', summary: 'Parse an expression into a tree', parameters: [query] },
  '/labels': { tag: 'labels', summary: 'Names of labels', parameters: [selectors, start, end, limit] },
  '/label/:name/values': {
    tag: 'labels',
    summary: 'Values of a label',
    parameters: [labelName, selectors, start, end, limit],
  },
  '/series': {
    tag: 'series',
    summary: 'Series by selectors',
    parameters: [{ ...selectors, required: true }, start, end, limit],
  },
  '/metadata': {
    tag: 'metadata',
    summary: 'Type, help and unit of metrics',
    parameters: [
      limit,
      { name: 'limit_per_metric', kind: 'limit', description: 'Most entries for one metric.' },
      { name: 'metric', kind: 'text', description: 'Name of one metric.' },
    ],
  },
  '/search/metric_names': {
    tag: 'metadata',
    summary: 'Search for metric names',
    parameters: [
      ...search,
      { name: 'include_metadata', kind: 'switch', description: 'Add type, help and unit.' },
    ],
    answer: 'json-lines',
  },
  '/search/label_names': {
    tag: 'labels',
    summary: 'Search for names of labels',
    parameters: search,
    answer: 'json-lines',
  },
  '/search/label_values': {
    tag: 'labels',
    summary: 'Search for values of a label',
    parameters: [
      { name: 'label', kind: 'text', description: 'Name of the label.', required: true },
      ...search,
    ],
    answer: 'json-lines',
  },
  '/scrape_pools': { tag: 'targets', summary: 'Names of the scrape pools' },
  '/scrape_pools/config': {
    tag: 'targets',
    summary: 'Configuration of a scrape pool',
    parameters: [{ ...scrapePool, required: true }],
  },
  '/targets': {
    tag: 'targets',
    summary: 'Targets, scraped and dropped',
    parameters: [{ name: 'state', kind: 'text', description: 'active, dropped or any.' }, scrapePool],
  },
  '/targets/metadata': {
    tag: 'targets',
    summary: 'Metadata of metrics by target',
    parameters: [
      { name: 'match_target', kind: 'text', description: 'Selector for labels of targets.' },
      { name: 'metric', kind: 'text', description: 'Name of one metric.' },
      limit,
    ],
  },
  '/targets/relabel_steps': {
    tag: 'targets',
    summary: 'What each relabelling rule makes of labels',
    parameters: [
      { ...scrapePool, required: true },
      { name: 'labels', kind: 'text', description: 'Labels as a JSON object.', required: true },
    ],
  },
  '/rules': {
    tag: 'rules',
    summary: 'Rule groups with their rules',
    parameters: [
      { name: 'type', kind: 'text', description: 'alert or record.' },
      { name: 'rule_name[]', kind: 'texts', description: 'Names of rules.' },
      { name: 'rule_group[]', kind: 'texts', description: 'Names of groups.' },
      { name: 'file[]', kind: 'texts', description: 'Rule files.' },
      selectors,
      { name: 'exclude_alerts', kind: 'switch', description: 'Leave the alerts out.' },
      { name: 'group_limit', kind: 'limit', description: 'Most groups of one page.' },
      { name: 'group_next_token', kind: 'text', description: 'Where the page before ended.' },
    ],
  },
  '/alerts': { tag: 'alerts', summary: 'Alerts that are pending or firing' },
  '/alertmanagers': { tag: 'alerts', summary: 'Alertmanagers, in use and dropped' },
  '/status/config': { tag: 'status', summary: 'Configuration in force' },
  '/status/flags': { tag: 'status', summary: 'Flags' },
  '/status/runtimeinfo': { tag: 'status', summary: 'Facts about the running server' },
  '/status/buildinfo': { tag: 'status', summary: 'Version' },
  '/status/tsdb': { tag: 'status', summary: 'Cardinality of the head', parameters: [limit] },
  '/status/tsdb/blocks': { tag: 'status', summary: 'Blocks on disk' },
  '/status/walreplay': { tag: 'status', summary: 'Progress of the replay of the write-ahead log' },
  '/status/self_metrics': {
    tag: 'status',
    summary: "The server's own metrics",
    parameters: [{ name: 'metric_name_pattern', kind: 'text', description: 'Regular expression for names.' }],
  },
  '/features': { tag: 'features', summary: 'What the server can do, and what is on' },
  '/openapi.yaml': {
    tag: 'features',
    summary: 'This description',
    parameters: [{ name: 'openapi_version', kind: 'text', description: '3.1 (as without) or 3.2.' }],
    answer: 'yaml',
  },
  '/notifications': { tag: 'notifications', summary: 'Notifications about the state of the server' },
  '/notifications/live': {
    tag: 'notifications',
    summary: 'Notifications as they come, as server-sent events',
    answer: 'events',
  },
  '/read': {
    tag: 'remote',
    summary: 'Remote read',
    body: 'application/x-protobuf',
    answer: 'bytes',
  },
  '/write': { tag: 'remote', summary: 'Remote write', body: 'application/x-protobuf', answer: 'nothing' },
  '/otlp/v1/metrics': {
    tag: 'otlp',
    summary: 'Metrics of OpenTelemetry',
    body: 'application/x-protobuf',
    answer: 'bytes',
  },
  '/admin/tsdb/delete_series': {
    tag: 'admin',
    summary: 'Delete samples of series',
    parameters: [{ ...selectors, required: true }, start, end],
    answer: 'nothing',
  },
  '/admin/tsdb/clean_tombstones': {
    tag: 'admin',
    summary: 'Remove deleted samples from disk',
    answer: 'nothing',
  },
  '/admin/tsdb/snapshot': {
    tag: 'admin',
    summary: 'Take a snapshot',
    parameters: [{ name: 'skip_head', kind: 'switch', description: 'Leave the newest samples out.' }],
  },
};

/** The groups of paths. */
export const TAGS: readonly (readonly [name: string, summary: string, description: string])[] = [
  ['query', 'Query', 'Evaluate PromQL expressions.'],
  ['metadata', 'Metadata', 'What is known of metrics.'],
  ['labels', 'Labels', 'Names and values of labels.'],
  ['series', 'Series', 'Series by selectors.'],
  ['targets', 'Targets', 'Targets and scrape pools.'],
  ['rules', 'Rules', 'Recording and alerting rules.'],
  ['alerts', 'Alerts', 'Alerts, and where they are sent.'],
  ['status', 'Status', 'State and configuration of the server.'],
  ['admin', 'Admin', 'Changes to what is stored.'],
  ['features', 'Features', 'What the server offers.'],
  ['remote', 'Remote storage', 'Remote read and write.'],
  ['otlp', 'OTLP', 'OpenTelemetry protocol.'],
  ['notifications', 'Notifications', 'Notifications of the server.'],
];
