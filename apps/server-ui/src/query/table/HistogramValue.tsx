import { type ReactElement } from 'react';
import { type Histogram, type HistogramBucket } from '../../api/types-query';
import { parseSampleValue } from '../../format/number';
import classes from './HistogramValue.module.css';

export interface HistogramValueProps {
  readonly histogram: Histogram;
}

/** Which ends of the bucket belong to it, by the API's boundary rule. */
function bucketText([rule, lower, upper]: HistogramBucket): string {
  const opening = rule === 1 || rule === 3 ? '[' : '(';
  const closing = rule === 0 || rule === 3 ? ']' : ')';
  return `${opening}${lower}, ${upper}${closing}`;
}

/** A native histogram: count, sum, and its buckets as bars once unfolded. */
export function HistogramValue({ histogram }: HistogramValueProps): ReactElement {
  const { buckets = [] } = histogram;
  const largest = Math.max(...buckets.map(([, , , count]) => parseSampleValue(count)), 0);
  return (
    <details className={classes.histogram}>
      <summary>
        count {histogram.count}, sum {histogram.sum}
      </summary>
      <table className={classes.buckets}>
        <tbody>
          {buckets.map((bucket) => (
            <tr key={bucketText(bucket)}>
              <th scope="row">{bucketText(bucket)}</th>
              <td>{bucket[3]}</td>
              <td className={classes.track}>
                <div
                  className={classes.bar}
                  style={{ width: `${largest === 0 ? 0 : (parseSampleValue(bucket[3]) / largest) * 100}%` }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
