/** What expressions are put together from. Only what Prometheus 3.5 knows. */

/** Metrics by the labels that tell their series apart. */
export const METRICS = [
  { name: 'up', labels: ['job', 'instance'] },
  { name: 'temperature', labels: ['job', 'instance', 'zone'] },
  { name: 'load', labels: ['job', 'instance', 'zone'] },
  { name: 'requests_total', labels: ['job', 'instance', 'code'], counter: true },
  { name: 'errors_total', labels: ['job', 'instance', 'code'], counter: true },
  { name: 'latency_seconds_bucket', labels: ['job', 'instance', 'le'], counter: true },
  { name: 'latency_seconds_sum', labels: ['job', 'instance'], counter: true },
  { name: 'latency_seconds_count', labels: ['job', 'instance'], counter: true },
  { name: 'target_info', labels: ['job', 'instance', 'version'] },
  { name: 'constant', labels: ['job', 'instance'] },
  { name: 'alone', labels: [] },
  { name: 'huge', labels: ['sign'] },
  { name: 'tiny', labels: [] },
  { name: 'strange_bucket', labels: ['job', 'le'], counter: true },
  { name: 'whole.name', labels: ['label.dots'], counter: true, quoted: true },
  { name: 'absent_metric', labels: ['job'] },
  { name: 'blended', labels: ['job', 'instance'] },
];

/** Metrics of native histograms. */
export const HISTOGRAMS = [
  { name: 'size_bytes', labels: ['job', 'instance'] },
  { name: 'size_bytes', labels: ['job', 'instance'] },
  { name: 'work', labels: ['job', 'instance'] },
  { name: 'request_seconds', labels: ['job', 'instance', 'code'] },
  { name: 'request_seconds', labels: ['job', 'instance', 'code'] },
  { name: 'blended', labels: ['job', 'instance'] },
  { name: 'young_bytes', labels: ['instance'] },
  { name: 'odd_seconds', labels: ['instance'] },
];

export const VALUES = {
  job: ['api', 'db', 'none'],
  instance: ['a:1', 'b:1', 'c:2'],
  zone: ['east', 'west'],
  code: ['200', '404', '500'],
  le: ['0.1', '0.5', '1', '2.5', '+Inf'],
  version: ['1.0', '1.1', '2'],
  sign: ['plus', 'minus'],
  'label.dots': ['x'],
};

export const LABELS = ['job', 'instance', 'zone', 'code', 'le', 'version', 'missing', '__name__'];
export const PATTERNS = ['a.*', '.*b.*', 'api|db', '[ab]:1', '.+', '', '4..', '(?i:API)', '.*', 'x*'];
export const DURATIONS = ['15s', '30s', '1m', '90s', '2m', '5m', '10m', '30m', '1h', '61s', '1m30s', '7s'];
export const NUMBERS = [
  '0',
  '1',
  '-1',
  '2',
  '0.5',
  '0.9',
  '0.99',
  '10',
  '1e3',
  '-0.1',
  '1.5',
  'NaN',
  'Inf',
  '-Inf',
  '3.14',
  '0x1F',
  '1e-9',
  '5m',
];

/** Functions of an instant vector alone. */
export const VECTOR_FUNCTIONS = [
  'abs',
  'ceil',
  'floor',
  'exp',
  'ln',
  'log2',
  'log10',
  'sqrt',
  'sgn',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'deg',
  'rad',
  'timestamp',
  'sort',
  'sort_desc',
  'absent',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
  'hour',
  'minute',
  'month',
  'year',
  'histogram_count',
  'histogram_sum',
  'histogram_avg',
  'histogram_stddev',
  'histogram_stdvar',
];

/** Functions of a range vector alone. */
export const RANGE_FUNCTIONS = [
  'rate',
  'increase',
  'delta',
  'irate',
  'idelta',
  'deriv',
  'changes',
  'resets',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'sum_over_time',
  'count_over_time',
  'last_over_time',
  'present_over_time',
  'absent_over_time',
  'stddev_over_time',
  'stdvar_over_time',
];

/** Functions of a range vector that mean something for native histograms. */
export const HISTOGRAM_RANGE_FUNCTIONS = [
  'rate',
  'rate',
  'increase',
  'delta',
  'irate',
  'idelta',
  'sum_over_time',
  'avg_over_time',
  'last_over_time',
  'count_over_time',
  'present_over_time',
  'absent_over_time',
  'changes',
  'resets',
  'min_over_time',
  'deriv',
];

/** Functions of one native histogram. */
export const HISTOGRAM_FUNCTIONS = [
  'histogram_count',
  'histogram_sum',
  'histogram_avg',
  'histogram_stddev',
  'histogram_stdvar',
];

export const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
export const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2'];
export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];
export const SETS = ['and', 'or', 'unless'];

/** Of experimental functions, those that Prometheus 3.5 has. */
export const EXPERIMENTAL_RANGE_FUNCTIONS = [
  'mad_over_time',
  'ts_of_last_over_time',
  'ts_of_max_over_time',
  'ts_of_min_over_time',
];
