import { compareText, isPlainLabelName, Labels } from '@narthex/model';
import { PushError } from '../errors.js';

const BASE64_SUFFIX = '@base64';
const RESERVED_PREFIX = '__';

/**
 * Reads what stands behind `/metrics/` in a push path: `job/NAME{/LABEL/VALUE}`, each name with an optional `@base64`
 * (https://github.com/prometheus/pushgateway#url). Segments come percent-decoded. A label `job` inside loses to the
 * job at the head.
 * @throws PushError with code `PATH`.
 */
export function parseGroupingKey(segments: readonly string[]): Labels {
  const [head = '', job = '', ...rest] = segments;
  // A slash at the end means nothing, unless it stands before the empty value of a label.
  if (rest.length % 2 === 1 && rest.at(-1) === '') rest.pop();
  const jobIsEncoded = head === `job${BASE64_SUFFIX}`;
  const name = jobIsEncoded ? decode(job, 'job name') : job;
  if (name === '') throw new PushError('PATH', 'job name is required');
  if (rest.length % 2 === 1) {
    throw new PushError('PATH', `odd number of components in label string "/${rest.join('/')}"`);
  }
  const labels = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 2) {
    const isEncoded = rest[i]!.endsWith(BASE64_SUFFIX);
    const label = isEncoded ? rest[i]!.slice(0, -BASE64_SUFFIX.length) : rest[i]!;
    if (!isPlainLabelName(label) || label.startsWith(RESERVED_PREFIX)) {
      throw new PushError('PATH', `improper label name "${label}"`);
    }
    labels.set(label, isEncoded ? decode(rest[i + 1]!, `label ${label}`) : rest[i + 1]!);
  }
  labels.set('job', name);
  return labelsWithEmpty(labels);
}

/** Labels that keep the empty values: in a grouping key they mean something. */
export function labelsWithEmpty(labels: ReadonlyMap<string, string>): Labels {
  return Labels.fromSortedPairs([...labels].sort(([a], [b]) => compareText(a, b)).flat());
}

/** URL-safe base64, padding optional; a lone `=` is the empty text. */
function decode(text: string, what: string): string {
  const bare = text.replace(/=+$/, '');
  if (!/^[\w-]*$/.test(bare) || bare.length % 4 === 1) {
    throw new PushError(
      'PATH',
      `invalid base64 encoding in ${what} ${JSON.stringify(text)}: illegal base64 data`,
    );
  }
  return Buffer.from(bare, 'base64url').toString('utf8');
}
