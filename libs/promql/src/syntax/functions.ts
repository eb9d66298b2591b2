import { type ValueType } from './value-type.js';

/** What a PromQL function takes and gives (https://prometheus.io/docs/prometheus/latest/querying/functions/). */
export interface FunctionSignature {
  readonly name: string;
  readonly argTypes: readonly ValueType[];
  /** 0: exactly the arguments of `argTypes`; n > 0: the last up to n times, or not at all; -1: any number of times. */
  readonly variadic: number;
  readonly returnType: ValueType;
  /** Only with the feature `promql-experimental-functions`. */
  readonly experimental: boolean;
}

type Letter = 's' | 't' | 'v' | 'm';
const TYPES: Readonly<Record<Letter, ValueType>> = { s: 'scalar', t: 'string', v: 'vector', m: 'matrix' };

/** name, argument types, return type, variadic, experimental. */
type Row = readonly [name: string, args: string, returns: Letter, variadic?: number, experimental?: true];

const ROWS: readonly Row[] = [
  ['abs', 'v', 'v'],
  ['absent', 'v', 'v'],
  ['absent_over_time', 'm', 'v'],
  ['acos', 'v', 'v'],
  ['acosh', 'v', 'v'],
  ['asin', 'v', 'v'],
  ['asinh', 'v', 'v'],
  ['atan', 'v', 'v'],
  ['atanh', 'v', 'v'],
  ['avg_over_time', 'm', 'v'],
  ['ceil', 'v', 'v'],
  ['changes', 'm', 'v'],
  ['clamp', 'vss', 'v'],
  ['clamp_max', 'vs', 'v'],
  ['clamp_min', 'vs', 'v'],
  ['cos', 'v', 'v'],
  ['cosh', 'v', 'v'],
  ['count_over_time', 'm', 'v'],
  ['days_in_month', 'v', 'v', 1],
  ['day_of_month', 'v', 'v', 1],
  ['day_of_week', 'v', 'v', 1],
  ['day_of_year', 'v', 'v', 1],
  ['deg', 'v', 'v'],
  ['delta', 'm', 'v'],
  ['deriv', 'm', 'v'],
  ['double_exponential_smoothing', 'mss', 'v', 0, true],
  ['end', '', 's', 0, true],
  ['exp', 'v', 'v'],
  ['first_over_time', 'm', 'v'],
  ['floor', 'v', 'v'],
  ['histogram_avg', 'v', 'v'],
  ['histogram_count', 'v', 'v'],
  ['histogram_fraction', 'ssv', 'v'],
  ['histogram_quantile', 'sv', 'v'],
  ['histogram_quantiles', 'vtss', 'v', 9, true],
  ['histogram_stddev', 'v', 'v'],
  ['histogram_stdvar', 'v', 'v'],
  ['histogram_sum', 'v', 'v'],
  ['hour', 'v', 'v', 1],
  ['idelta', 'm', 'v'],
  ['increase', 'm', 'v'],
  ['info', 'vv', 'v', 1, true],
  ['irate', 'm', 'v'],
  ['label_join', 'vttt', 'v', -1],
  ['label_replace', 'vtttt', 'v'],
  ['last_over_time', 'm', 'v'],
  ['ln', 'v', 'v'],
  ['log10', 'v', 'v'],
  ['log2', 'v', 'v'],
  ['mad_over_time', 'm', 'v', 0, true],
  ['max_of', 'ss', 's', 0, true],
  ['max_over_time', 'm', 'v'],
  ['min_of', 'ss', 's', 0, true],
  ['min_over_time', 'm', 'v'],
  ['minute', 'v', 'v', 1],
  ['month', 'v', 'v', 1],
  ['pi', '', 's'],
  ['predict_linear', 'ms', 'v'],
  ['present_over_time', 'm', 'v'],
  ['quantile_over_time', 'sm', 'v'],
  ['rad', 'v', 'v'],
  ['range', '', 's', 0, true],
  ['rate', 'm', 'v'],
  ['resets', 'm', 'v'],
  ['round', 'vs', 'v', 1],
  ['scalar', 'v', 's'],
  ['sgn', 'v', 'v'],
  ['sin', 'v', 'v'],
  ['sinh', 'v', 'v'],
  ['sort', 'v', 'v'],
  ['sort_by_label', 'vt', 'v', -1, true],
  ['sort_by_label_desc', 'vt', 'v', -1, true],
  ['sort_desc', 'v', 'v'],
  ['sqrt', 'v', 'v'],
  ['start', '', 's', 0, true],
  ['start_timestamp', 'v', 'v', 0, true],
  ['stddev_over_time', 'm', 'v'],
  ['stdvar_over_time', 'm', 'v'],
  ['step', '', 's', 0, true],
  ['sum_over_time', 'm', 'v'],
  ['tan', 'v', 'v'],
  ['tanh', 'v', 'v'],
  ['time', '', 's'],
  ['timestamp', 'v', 'v'],
  ['ts_of_first_over_time', 'm', 'v', 0, true],
  ['ts_of_last_over_time', 'm', 'v', 0, true],
  ['ts_of_max_over_time', 'm', 'v', 0, true],
  ['ts_of_min_over_time', 'm', 'v', 0, true],
  ['vector', 's', 'v'],
  ['year', 'v', 'v', 1],
];

/** Every function there is, by name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map(
  ROWS.map(([name, args, returns, variadic = 0, experimental = false]) => [
    name,
    {
      name,
      argTypes: Array.from(args, (letter) => TYPES[letter as Letter]),
      variadic,
      returnType: TYPES[returns],
      experimental,
    },
  ]),
);
