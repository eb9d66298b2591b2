import { type PrometheusConfig } from './prometheus-section.js';

/** The configuration asks for what an agent does not do. The message is upstream's. */
export class AgentModeError extends Error {
  override readonly name = 'AgentModeError';
  readonly code = 'AGENT_MODE';
}

/** What an agent cannot do and the configuration asks for, in upstream's words; undefined where there is nothing. */
export function agentModeFault({ alerting, rule_files, remote_read }: PrometheusConfig): string | undefined {
  const given = [
    ['alerting', alerting.alertmanagers.length + alerting.alert_relabel_configs.length],
    ['rule_files', rule_files.length],
    ['remote_read', remote_read.length],
  ] as const;
  const refused = given.find(([, count]) => count > 0);
  return refused === undefined ? undefined : `field ${refused[0]} is not allowed in agent mode`;
}
