import { type Labels, LabelsBuilder, METRIC_NAME } from '@narthex/model';
import { RuleError } from './errors.js';
import { type InstantQuery, type VectorSample } from './query.js';
import { RuleStatus } from './rule-status.js';

export interface RecordingRuleOptions {
  readonly name: string;
  readonly expression: string;
  /** Added to each sample; the rule's win over the expression's. */
  readonly labels: Labels;
}

/** Stores the result of an expression as a metric. */
export class RecordingRule {
  readonly type = 'recording';
  readonly name: string;
  readonly expression: string;
  readonly labels: Labels;
  readonly status = new RuleStatus();

  constructor(options: RecordingRuleOptions) {
    this.name = options.name;
    this.expression = options.expression;
    this.labels = options.labels;
  }

  /**
   * The samples to store.
   * @throws RuleError when two of them have the same labels, or there are more than `limit` (0: any number).
   */
  async evaluate(timestampMs: number, query: InstantQuery, limit: number): Promise<readonly VectorSample[]> {
    const answer = await query(this.expression, timestampMs);
    this.status.warnings = answer.warnings;
    this.status.infos = answer.infos;
    const seen = new Set<string>();
    const samples = answer.samples.map((sample) => {
      const builder = new LabelsBuilder(sample.labels).set(METRIC_NAME, this.name);
      for (const [name, value] of this.labels) builder.set(name, value);
      const labels = builder.labels();
      seen.add(labels.key);
      return { ...sample, labels };
    });
    if (seen.size !== samples.length) {
      throw new RuleError(
        'DUPLICATE_LABELS',
        'vector contains metrics with the same labelset after applying rule labels',
      );
    }
    if (limit > 0 && samples.length > limit) {
      throw new RuleError('LIMIT', `exceeded limit of ${limit} with ${samples.length} series`);
    }
    return samples;
  }
}
