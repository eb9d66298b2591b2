import { isPlainLabelName, quoteGo, type RelabelAction, type RelabelRule } from '@narthex/model';
import { type PrometheusConfig, type ScrapeJob } from './prometheus-section.js';

/** A name that the validation scheme `legacy` does not allow, and where it stands. */
export interface NameFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Letters, digits and underscores, with references such as `$1` and `${name}` to what the expression found. */
const PLAIN_TEMPLATE = /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$/;

const NAMES_A_TARGET: readonly RelabelAction[] = [
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
];

/**
 * The first name of a configuration, jobs complete, that is no plain one though the scheme `legacy` of its section asks
 * for it, in upstream's order and words.
 */
export function plainNameFault(config: PrometheusConfig): NameFault | undefined {
  if (config.global.metric_name_validation_scheme === 'legacy') {
    const name = [...config.global.external_labels].find(([label]) => !isPlainLabelName(label))?.[0];
    if (name !== undefined) {
      return {
        path: ['global', 'external_labels', name],
        message: `${quoteGo(name)} is not a valid label name`,
      };
    }
  }
  for (const [index, job] of config.scrape_configs.entries()) {
    const fault = jobNameFault(job, ['scrape_configs', index]);
    if (fault !== undefined) return fault;
  }
  if (config.global.metric_name_validation_scheme !== 'legacy') return undefined;
  for (const { rules, path } of globalRules(config)) {
    const fault = rulesFault(rules, path);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Likewise, of one job that stands at `path`. */
export function jobNameFault(job: ScrapeJob, path: NameFault['path']): NameFault | undefined {
  if (job.metric_name_validation_scheme !== 'legacy') return undefined;
  return (
    rulesFault(job.relabel_configs, [...path, 'relabel_configs']) ??
    rulesFault(job.metric_relabel_configs, [...path, 'metric_relabel_configs'])
  );
}

interface PlacedRules {
  readonly rules: readonly RelabelRule[];
  readonly path: NameFault['path'];
}

/** The rules for which `global` says what names are allowed. */
function* globalRules({ alerting, remote_write }: PrometheusConfig): Generator<PlacedRules> {
  yield { rules: alerting.alert_relabel_configs, path: ['alerting', 'alert_relabel_configs'] };
  for (const [index, entry] of alerting.alertmanagers.entries()) {
    for (const field of ['alert_relabel_configs', 'relabel_configs'] as const) {
      yield { rules: entry[field], path: ['alerting', 'alertmanagers', index, field] };
    }
  }
  for (const [index, { write_relabel_configs: rules }] of remote_write.entries()) {
    yield { rules, path: ['remote_write', index, 'write_relabel_configs'] };
  }
}

function rulesFault(rules: readonly RelabelRule[], path: NameFault['path']): NameFault | undefined {
  for (const [index, rule] of rules.entries()) {
    const message = ruleFault(rule);
    if (message !== undefined) return { path: [...path, index], message };
  }
  return undefined;
}

function ruleFault({ action, targetLabel, replacement }: RelabelRule): string | undefined {
  if (action === 'labelmap') {
    return PLAIN_TEMPLATE.test(replacement)
      ? undefined
      : `${quoteGo(replacement)} is invalid 'replacement' for labelmap action`;
  }
  if (!NAMES_A_TARGET.includes(action)) return undefined;
  const isTemplate = action === 'replace' && targetLabel.includes('$');
  const isPlain = isTemplate ? PLAIN_TEMPLATE.test(targetLabel) : isPlainLabelName(targetLabel);
  return isPlain ? undefined : `${quoteGo(targetLabel)} is invalid 'target_label' for ${action} action`;
}
