import { executionError } from '../errors.js';
import { Changes } from './changes.js';
import { ExtendedRate } from './extended-rate.js';
import { InstantRate } from './instant-rate.js';
import { OverTimeExtreme } from './over-time-extreme.js';
import { OverTimeOrder } from './over-time-order.js';
import { OverTimeCount, OverTimePick } from './over-time-pick.js';
import { OverTimeSum } from './over-time-sum.js';
import { OverTimeVariance } from './over-time-variance.js';
import { type RangeCall, type RangeFunction } from './range-function.js';
import { Rate } from './rate.js';
import { Regression } from './regression.js';
import { Smoothing } from './smoothing.js';

/** Makes the function of a range vector that a call names. */
export function newRangeFunction(call: RangeCall): RangeFunction {
  switch (call.name) {
    case 'rate':
    case 'increase':
    case 'delta':
      return call.anchored || call.smoothed ? new ExtendedRate(call) : new Rate(call);
    case 'irate':
    case 'idelta':
      return new InstantRate(call);
    case 'changes':
    case 'resets':
      return new Changes(call);
    case 'deriv':
    case 'predict_linear':
      return new Regression(call);
    case 'double_exponential_smoothing':
      return new Smoothing(call);
    case 'sum_over_time':
    case 'avg_over_time':
      return new OverTimeSum(call);
    case 'stddev_over_time':
    case 'stdvar_over_time':
      return new OverTimeVariance(call);
    case 'quantile_over_time':
    case 'mad_over_time':
      return new OverTimeOrder(call);
    case 'min_over_time':
    case 'max_over_time':
    case 'ts_of_min_over_time':
    case 'ts_of_max_over_time':
      return new OverTimeExtreme(call);
    case 'first_over_time':
    case 'last_over_time':
    case 'ts_of_first_over_time':
    case 'ts_of_last_over_time':
      return new OverTimePick(call);
    case 'count_over_time':
    case 'present_over_time':
    case 'absent_over_time':
      return new OverTimeCount(call);
    default:
      throw executionError(`function "${call.name}" does not take a range vector`);
  }
}
