import { Labels, relabel, type RelabelRule } from '@narthex/model';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { ApiError } from './errors.js';
import { type Parameters } from './parameters.js';

/** What is known of the configuration of a pool. */
export interface PoolConfig {
  readonly relabelRules: readonly RelabelRule[];
  /** As YAML, defaults filled in, secrets hidden. */
  readonly yaml: () => string;
}

/** The configuration of a pool that is scraped; undefined where there is none of the name. */
export type PoolConfigs = (pool: string) => PoolConfig | undefined;

/** `/scrape_pools/config` and `/targets/relabel_steps`. */
export function scrapePoolEndpoints(configs: PoolConfigs): readonly Endpoint[] {
  return [
    {
      path: '/scrape_pools/config',
      methods: ['GET'],
      handle: (parameters, response) => {
        const pool = required(parameters, 'scrapePool');
        sendData(response, { yaml: configOf(configs, pool).yaml() });
      },
    },
    {
      path: '/targets/relabel_steps',
      methods: ['GET'],
      handle: (parameters, response) => {
        const pool = required(parameters, 'scrapePool');
        const labels = labelsOf(required(parameters, 'labels'));
        sendData(response, { steps: relabelSteps(configOf(configs, pool).relabelRules, labels) });
      },
    },
  ];
}

function required(parameters: Parameters, name: string): string {
  const given = parameters.get(name);
  if (given === '') throw new ApiError('bad_data', `no ${name} parameter provided`);
  return given;
}

function configOf(configs: PoolConfigs, pool: string): PoolConfig {
  const found = configs(pool);
  if (found !== undefined) return found;
  throw new ApiError(
    'bad_data',
    `error retrieving scrape config: scrape pool ${JSON.stringify(pool)} not found`,
  );
}

function labelsOf(text: string): Labels {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new ApiError('bad_data', `error parsing labels: ${(cause as Error).message}`, { cause });
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ApiError('bad_data', 'error parsing labels: json: cannot unmarshal into labels');
  }
  const entries = Object.entries(given);
  const bad = entries.find(([, value]) => typeof value !== 'string');
  if (bad !== undefined) {
    throw new ApiError(
      'bad_data',
      `error parsing labels: the value of ${JSON.stringify(bad[0])} is no string`,
    );
  }
  return Labels.of(entries as [string, string][]);
}

/** The labels after each rule; none once a rule has dropped them. */
function relabelSteps(rules: readonly RelabelRule[], labels: Labels): unknown[] {
  let current: Labels | undefined = labels;
  return rules.map((rule) => {
    current = current === undefined ? undefined : relabel(current, [rule]);
    return { rule: ruleJson(rule), output: current ?? Labels.EMPTY, keep: current !== undefined };
  });
}

function ruleJson(rule: RelabelRule): unknown {
  return {
    ...(rule.sourceLabels.length === 0 ? {} : { sourceLabels: rule.sourceLabels }),
    ...(rule.separator === '' ? {} : { separator: rule.separator }),
    regex: rule.given.regex ?? '(.*)',
    ...(rule.modulus === 0n ? {} : { modulus: Number(rule.modulus) }),
    ...(rule.targetLabel === '' ? {} : { targetLabel: rule.targetLabel }),
    ...(rule.replacement === '' ? {} : { replacement: rule.replacement }),
    action: rule.action,
  };
}
