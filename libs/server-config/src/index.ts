export { AgentModeError, agentModeFault } from './agent-mode.js';
export { type AlertmanagerEntry } from './alerting.js';
export { expandExternalLabels, type ExpandedLabels } from './external-labels.js';
export {
  loadServerConfig,
  parseServerConfig,
  type ConfigWarning,
  type LoadOptions,
  type ServerConfig,
} from './load-config.js';
export { otlpSettings } from './otlp-section.js';
export {
  prometheusSection,
  type PrometheusConfig,
  scrapeJobSection,
  type ScrapeJob,
} from './prometheus-section.js';
export { type PrintedEntry, remoteReadEntries, remoteWriteEntries } from './remote/printed-entries.js';
