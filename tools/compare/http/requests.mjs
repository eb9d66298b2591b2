import { END_MS } from '../data/series.mjs';
import { moreRequests } from './more-requests.mjs';
import { encoded, FORM, get, post, VOLATILE_RULES, VOLATILE_TARGETS } from './request.mjs';

const API = '/api/v1';
const END = END_MS / 1000;

const SELECTORS = [
  'requests_total',
  '{__name__=~"requests.*"}',
  '{job=~".+"}',
  '{}',
  '{job=""}',
  '{job!="x"}',
  'nothing_here',
  'bad{',
  'a b',
  '',
  '{__name__=~"["}',
  '{"requests_total"}',
  '{"job"="a"}',
  'rate(requests_total[5m])',
];

const TIMES = [
  '0',
  '-1',
  '1e3',
  END,
  '2023-11-14T22:13:20Z',
  '2023-11-14T22:13:20.5+02:00',
  'now',
  '1_000',
  'NaN',
  'Inf',
  '0x10',
  '-292273086-05-16T16:47:06Z',
  '292277025-08-18T07:12:54.999999999Z',
  '9e99',
  '2023-13-01T00:00:00Z',
  ' 1',
  '1s',
];

const DURATIONS = [
  '1',
  '60',
  '1m',
  '1h30m',
  '0',
  '-1',
  '-1m',
  '1ns',
  '',
  'x',
  'NaN',
  '+Inf',
  '1e99',
  '0.0001',
  '0.001',
  '1_0',
  '5d',
  '1.5m',
];

const LIMITS = ['0', '1', '2', '-1', 'x', '1.5', '99999999999999999999', '+3', ' 1'];

const QUERIES = [
  'requests_total',
  'sum(requests_total)',
  '1',
  '"text"',
  'requests_total[1m]',
  'up{job="good"} == 1',
  '',
  'sum(',
  'a + ',
  'foo(1)',
  'rate(requests_total)',
  'requests_total offset 5m',
  'vector(1) / 0',
  'requests_total @ 0',
  'topk(2, requests_total)',
  'requests_total[5m:1m]',
  'sum by (job) (rate(requests_total[5m]))',
  '-requests_total',
  '(1)',
  'requests_total and on() vector(1)',
  '{__name__="requests_total", job!~"a|b"}',
  'histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))',
  'absent(nope{a="b"})',
  'label_replace(vector(1), "a", "$1", "b", "(.*)")',
  'time()',
  "'<&>'",
];

function queries() {
  const at = { time: END - 600 };
  const range = { start: END - 1200, end: END - 600, step: 60 };
  const rules = { unordered: /\/data\/result$/ };
  return [
    ...QUERIES.flatMap((query) => [
      get('/query', { query, ...at }, rules),
      post('/query', { query, ...at }, rules),
      get('/query_range', { query, ...range }),
      post('/query_range', { query, ...range }),
      get('/format_query', { query }),
      post('/format_query', { query }),
      get('/parse_query', { query }),
      get('/query_exemplars', { query }),
    ]),
    ...TIMES.flatMap((time) => [
      get('/query', { query: '1', time }, { volatile: /\/value\/0$/ }),
      get('/query_range', { query: '1', start: time, end: END, step: '1000000' }),
      get('/query_range', { query: '1', start: 0, end: time, step: '1000000' }),
      get('/labels', { start: time }),
      get('/labels', { end: time }),
      get('/series', { 'match[]': 'requests_total', start: time }, { unordered: /\/data$/ }),
      get('/series', { 'match[]': 'requests_total', end: time }, { unordered: /\/data$/ }),
      get('/query_exemplars', { query: 'a', start: time, end: END }),
    ]),
    ...DURATIONS.flatMap((text) => [
      get('/query_range', { query: '1', start: END - 60, end: END, step: text }),
      get('/query', { query: 'sum(requests_total)', ...at, timeout: text }),
      get('/query', { query: 'sum(requests_total)', ...at, lookback_delta: text }),
      get('/query_range', { query: 'sum(requests_total)', ...range, timeout: text }),
      get('/query_range', { query: 'sum(requests_total)', ...range, lookback_delta: text }),
    ]),
    ...LIMITS.flatMap((limit) => [
      get(
        '/query',
        { query: 'sum by (job) (requests_total)', ...at, limit },
        { volatile: /\/result\/\d+\/(value|metric)/, unordered: /\/result$/ },
      ),
      get('/query_range', { query: 'sum by (job) (requests_total)', ...range, limit }),
      get('/labels', { limit }),
      get('/label/job/values', { limit }),
      get('/series', { 'match[]': '{job=~".+"}', end: END, limit }, { volatile: /\/data\/\d+/ }),
      get('/targets/metadata', { limit, metric: 'fixture_total' }),
      get('/metadata', { limit }, { volatile: /\/data(\/|$)/ }),
      get('/metadata', { limit_per_metric: limit }),
      get('/status/tsdb', { limit }, { volatile: /\/data\// }),
      get('/rules', { group_limit: limit }, { volatile: VOLATILE_RULES }),
    ]),
    ...['', 'all', 'true', 'false', 'x'].map((stats) =>
      get(
        '/query',
        { query: 'sum(requests_total)', ...at, stats },
        { volatile: /\/stats\/(timings|samples)/ },
      ),
    ),
    get('/query_range', { query: '1', start: 0, end: 11000, step: 1 }),
    get('/query_range', { query: '1', start: 0, end: 11001, step: 1 }),
    get('/query_range', { query: '1', start: 10, end: 5, step: 1 }),
    get('/query_range', { query: '1', end: 5, step: 1 }),
    get('/query_range', { query: '1', start: 5, step: 1 }),
    get('/query_range', { query: '1', start: 5, end: 6 }),
    get('/query_range'),
    post('/query', { query: '1' }, { path: `${API}/query?query=2&time=0`, volatile: /\/value\/0$/ }),
    { method: 'POST', path: `${API}/query`, headers: FORM, body: 'query=%zz' },
    { method: 'POST', path: `${API}/query`, headers: FORM, body: 'query=1;time=0' },
    { method: 'POST', path: `${API}/query`, headers: FORM, body: 'query=1&query=2&time=0' },
    { method: 'POST', path: `${API}/query`, headers: { 'Content-Type': 'text/plain' }, body: 'query=1' },
    {
      method: 'POST',
      path: `${API}/query`,
      headers: { 'Content-Type': 'multipart/form-data' },
      body: 'query=1',
    },
    { method: 'POST', path: `${API}/query`, headers: { 'Content-Type': 'a/b;;' }, body: 'query=1' },
    { method: 'POST', path: `${API}/series`, headers: FORM, body: 'match[]=%zz' },
    { method: 'POST', path: `${API}/labels`, headers: FORM, body: 'match[]=%zz' },
    { path: `${API}/query?query=%zz` },
    { path: `${API}/query?query=1;2&time=0` },
    { path: `${API}/series?match[]=%zz` },
    { path: `${API}/labels?%zz` },
  ];
}

function labels() {
  const rules = { unordered: /\/data$/ };
  const window = { start: END - 3600, end: END };
  return [
    ...SELECTORS.flatMap((selector) => [
      get('/series', { 'match[]': selector, ...window }, rules),
      post('/series', { 'match[]': selector, ...window }, rules),
      get('/labels', { 'match[]': selector, ...window }),
      post('/labels', { 'match[]': selector, ...window }),
      get('/label/job/values', { 'match[]': selector, ...window }),
      { path: `/federate?${encoded([['match[]', selector]])}`, volatile: /^$|\/data/ },
      get('/targets/metadata', { match_target: selector }, { unordered: /\/data$/ }),
      get('/rules', { 'match[]': selector }, { volatile: VOLATILE_RULES }),
    ]),
    get('/series', {}, rules),
    get('/series', { 'match[]': ['requests_total', '{job="a"}'], ...window }, rules),
    get('/labels', { 'match[]': ['requests_total', 'up'], ...window }),
    get('/labels', { 'match[]': ['requests_total', '{}'], ...window }),
    get('/labels', { start: 0, end: 1 }),
    get('/labels', { start: END, end: 0 }),
    get('/label/job/values', { start: 0, end: 1 }),
    get('/series', { 'match[]': 'requests_total', start: 0, end: 1 }),
    get('/series', { 'match[]': 'requests_total', start: 10, end: 1 }),
    ...[
      '__name__',
      'instance',
      'le',
      'nope',
      '',
      'a-b',
      'a b',
      'U__a_2e_b',
      'U__',
      '%C3%A9',
      'a%2Fb',
      'a/b',
      '%ff',
      '__name__%00',
    ].map((name) => ({ path: `${API}/label/${name}/values?start=${END - 3600}&end=${END}` })),
    { method: 'POST', path: `${API}/label/job/values` },
    { method: 'DELETE', path: `${API}/series?match[]=up` },
  ];
}

function status() {
  return [
    get('/status/config'),
    get('/status/flags', {}, { volatile: /\/data\/(web.listen-address|storage.tsdb.path|config.file)$/ }),
    get(
      '/status/runtimeinfo',
      {},
      {
        volatile:
          /\/data\/(startTime|CWD|hostname|serverTime|lastConfigTime|goroutineCount|GOMAXPROCS|GOMEMLIMIT|storageRetention)$/,
      },
    ),
    get('/status/buildinfo', {}, { volatile: /\/data\/.*/ }),
    get('/status/tsdb', {}, { volatile: /\/data\// }),
    get('/status/walreplay', {}, { volatile: /\/data\// }),
    get('/notifications'),
    get('/alertmanagers'),
    get('/alerts', {}, { volatile: VOLATILE_RULES, unordered: /\/alerts$/ }),
    get('/scrape_pools'),
    get('/metadata', {}, { unordered: /./ }),
    get('/metadata', { metric: 'fixture_total' }),
    get('/metadata', { metric: 'nope' }),
    get('/targets/metadata', {}, { unordered: /\/data$/ }),
    get('/targets/metadata', { metric: 'fixture_gauge' }),
    ...['', 'any', 'active', 'dropped', 'ACTIVE', 'x'].map((state) =>
      get('/targets', { state }, { volatile: VOLATILE_TARGETS, unordered: /Targets$/ }),
    ),
    ...['good', 'dead', 'nope'].map((scrapePool) =>
      get('/targets', { scrapePool }, { volatile: VOLATILE_TARGETS, unordered: /Targets$/ }),
    ),
    ...[
      {},
      { type: 'alert' },
      { type: 'record' },
      { type: 'x' },
      { exclude_alerts: 'true' },
      { exclude_alerts: 'x' },
      { 'rule_name[]': 'Firing' },
      { 'rule_name[]': ['Firing', 'beta:two'] },
      { 'rule_group[]': 'alpha' },
      { 'rule_group[]': ['alpha', 'nope'] },
      { 'file[]': 'nope' },
      { group_limit: '1' },
      { group_limit: '2' },
      { group_limit: '5' },
      { group_next_token: 'x' },
      { group_limit: '1', group_next_token: 'x' },
      { 'match[]': '{severity="page"}' },
    ].map((parameters) => get('/rules', parameters, { volatile: VOLATILE_RULES })),
  ];
}

/** Every path with methods it may not know. */
function methods() {
  const paths = [
    '/query',
    '/query_range',
    '/labels',
    '/label/job/values',
    '/series',
    '/targets',
    '/metadata',
    '/rules',
    '/status/config',
    '/status/flags',
    '/read',
    '/write',
    '/otlp/v1/metrics',
    '/admin/tsdb/snapshot',
    '/admin/tsdb/delete_series',
    '/nope',
  ];
  const others = [
    '/',
    '/graph',
    '/graph?a=b',
    '/query',
    '/federate',
    '/version',
    '/-/healthy',
    '/-/ready',
    '/-/reload',
    '/-/quit',
    '/consoles/x.html',
    '/consoles/',
    '/consoles/../x',
    '/user/x',
    '/assets/x',
    '/metrics',
    '/nope',
    '/api',
    '/api/v1',
    '/api/v1/',
    '/api/v2/x',
    '//',
    '/api/v1//query',
    '/classic/graph',
    '/favicon.ico',
    '/debug/pprof/x',
  ];
  const page = { volatile: /^$/ };
  return [
    ...paths.flatMap((path) =>
      ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'].map((method) => ({ method, path: API + path })),
    ),
    ...others.flatMap((path) =>
      ['GET', 'HEAD', 'OPTIONS', 'POST']
        .map((method) => (path === '/-/quit' && method === 'POST' ? [] : { method, path, ...page }))
        .flat(),
    ),
    ...paths.map((path) => ({
      path: API + path,
      headers: { Origin: 'http://elsewhere.example' },
      volatile: /./,
    })),
    { path: `${API}/query/?query=1&time=0` },
    { path: `${API}/Query?query=1&time=0` },
    { path: `${API}/query?query=vector(1)&time=0`, headers: { 'Accept-Encoding': 'gzip' }, volatile: /^$/ },
    {
      path: `${API}/query?query=vector(1)&time=0`,
      headers: { 'Accept-Encoding': 'deflate' },
      volatile: /^$/,
    },
    { path: `${API}/query?query=vector(1)&time=0`, headers: { 'Accept-Encoding': 'br' } },
    { path: `${API}/query?query=vector(1)&time=0`, headers: { Accept: 'text/html' } },
    { method: 'POST', path: `${API}/admin/tsdb/delete_series?match[]=up` },
    { method: 'POST', path: `${API}/admin/tsdb/delete_series?match[]={}` },
    { method: 'POST', path: `${API}/admin/tsdb/clean_tombstones` },
    { method: 'POST', path: `${API}/write`, body: 'x' },
    { method: 'POST', path: `${API}/otlp/v1/metrics`, body: 'x' },
    { method: 'POST', path: `${API}/read`, body: 'x' },
    { method: 'POST', path: `${API}/read` },
    { method: 'POST', path: `${API}/read`, body: Buffer.from([0]) },
    { method: 'POST', path: `${API}/read`, body: Buffer.from([3, 8, 0x10, 5, 0x0a]) },
  ];
}

/** Everything that is asked, in turn. `volatile` and `unordered` match the JSON places where only types count. */
export function allRequests() {
  return [...queries(), ...labels(), ...status(), ...methods(), ...moreRequests()];
}
