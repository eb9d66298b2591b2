import {
  DurationError,
  formatDuration,
  type Labels,
  LabelsBuilder,
  parseDuration,
  quoteGo,
  relabelBuilder,
  type TargetGroup,
} from '@narthex/model';
import { TargetError } from './errors.js';
import { type ScrapeConfig } from './scrape-config.js';

export const ADDRESS = '__address__';
export const SCHEME = '__scheme__';
export const METRICS_PATH = '__metrics_path__';
export const SCRAPE_INTERVAL = '__scrape_interval__';
export const SCRAPE_TIMEOUT = '__scrape_timeout__';
export const SCRAPE_NATIVE_HISTOGRAMS = '__scrape_native_histograms__';
export const ALWAYS_SCRAPE_CLASSIC_HISTOGRAMS = '__always_scrape_classic_histograms__';
export const CONVERT_CLASSIC_HISTOGRAMS = '__convert_classic_histograms_to_nhcb__';
/** The path of a socket to connect to in place of the address. */
export const UNIX_SOCKET = '__unix_socket__';
export const PARAM_PREFIX = '__param_';
const META_PREFIX = '__meta_';

/** The labels of a target before relabelling: its own, its group's, and what the job adds where they say nothing. */
export function discoveredLabels(target: Labels, group: TargetGroup, config: ScrapeConfig): Labels {
  const builder = new LabelsBuilder(group.labels);
  for (const [name, value] of target) builder.set(name, value);
  const defaults: [string, string][] = [
    ['job', config.job_name],
    [SCRAPE_INTERVAL, formatDuration(config.scrape_interval)],
    [SCRAPE_TIMEOUT, formatDuration(config.scrape_timeout)],
    [METRICS_PATH, config.metrics_path],
    [SCHEME, config.scheme],
    [SCRAPE_NATIVE_HISTOGRAMS, String(config.scrape_native_histograms === true)],
    [ALWAYS_SCRAPE_CLASSIC_HISTOGRAMS, String(config.always_scrape_classic_histograms === true)],
    [CONVERT_CLASSIC_HISTOGRAMS, String(config.convert_classic_histograms_to_nhcb === true)],
  ];
  for (const [name, values] of config.params) {
    if (values[0] !== undefined) defaults.push([PARAM_PREFIX + name, values[0]]);
  }
  for (const [name, value] of defaults) if (builder.get(name) === '') builder.set(name, value);
  return builder.labels();
}

/**
 * The labels of a target after relabelling, those with two underscores in front included; undefined when relabelling
 * drops it.
 * @throws TargetError with upstream's words when they make no target.
 */
export function targetLabels(discovered: Labels, config: ScrapeConfig): Labels | undefined {
  const builder = new LabelsBuilder(discovered);
  if (!relabelBuilder(builder, config.relabel_configs)) return undefined;
  const address = builder.get(ADDRESS);
  if (address === '') throw new TargetError('no address');
  if (address.includes('/')) throw new TargetError(`${quoteGo(address)} is not a valid hostname`);
  checkTimes(builder.get(SCRAPE_INTERVAL), builder.get(SCRAPE_TIMEOUT));
  for (const name of HISTOGRAM_SWITCHES) checkSwitch(name, builder.get(name));
  for (const [name] of [...builder.entries()]) if (name.startsWith(META_PREFIX)) builder.delete(name);
  if (builder.get('instance') === '') builder.set('instance', address);
  return builder.labels();
}

function checkTimes(interval: string, timeout: string): void {
  const intervalMs = parsed(interval, 'interval');
  const timeoutMs = parsed(timeout, 'timeout');
  if (timeoutMs > intervalMs) {
    const both = `(${quoteGo(timeout)} > ${quoteGo(interval)})`;
    throw new TargetError(`scrape timeout cannot be greater than scrape interval ${both}`);
  }
}

const HISTOGRAM_SWITCHES = [
  SCRAPE_NATIVE_HISTOGRAMS,
  ALWAYS_SCRAPE_CLASSIC_HISTOGRAMS,
  CONVERT_CLASSIC_HISTOGRAMS,
];
/** What Go takes for true and for false. */
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** What a label that switches something says, where relabelling may have changed it; false where it is gone. */
export function isSwitchedOn(labels: Labels, name: string): boolean {
  return TRUE.includes(labels.get(name));
}

function checkSwitch(name: string, text: string): void {
  if (text === '' || TRUE.includes(text) || FALSE.includes(text)) return;
  throw new TargetError(
    `error parsing ${name} label: strconv.ParseBool: parsing ${quoteGo(text)}: invalid syntax`,
  );
}

function parsed(text: string, what: string): number {
  try {
    const durationMs = parseDuration(text);
    if (durationMs === 0) throw new TargetError(`scrape ${what} cannot be 0`);
    return durationMs;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new TargetError(`error parsing scrape ${what}: ${error.message}`, { cause: error });
  }
}

/** The labels that a target's series get: those without two underscores in front. */
export function publicLabels(labels: Labels): Labels {
  return labels.filter((name) => !name.startsWith('__'));
}
