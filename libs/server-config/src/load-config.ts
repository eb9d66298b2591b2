import {
  ConfigError,
  decodeConfig,
  type Loaded,
  matchingFiles,
  printConfig,
  readConfigText,
} from '@narthex/config';
import { Labels, quoteGo } from '@narthex/model';
import {
  type CompletionOptions,
  completeGlobalScrapeConfig,
  completeScrapeConfig,
  ScrapeConfigError,
} from '@narthex/scrape';
import { dirname, resolve } from 'node:path';
import { AgentModeError, agentModeFault } from './agent-mode.js';
import { withAuthorization } from './bearer-tokens.js';
import { expandExternalLabels } from './external-labels.js';
import { invalidTarget } from './static-targets.js';
import { plainNamesFault } from './otlp-section.js';
import { jobNameFault, plainNameFault } from './plain-names.js';
import {
  type PrometheusConfig,
  prometheusSection,
  scrapeConfigFileSection,
  type ScrapeJob,
} from './prometheus-section.js';
import { ignoredSettings, refusedJobSettings, refusedSettings, type Unsupported } from './support.js';

/** A configuration, complete and checked, with everything that it names. */
export interface ServerConfig {
  readonly file: string;
  /** What the file says, defaults filled in. */
  readonly config: PrometheusConfig;
  /** The jobs of the file and of `scrape_config_files`. */
  readonly jobs: readonly ScrapeJob[];
  /** The files that `rule_files` matches now. */
  readonly ruleFiles: readonly string[];
  /** The files that `scrape_config_files` matches now. */
  readonly scrapeConfigFiles: readonly string[];
  /** With variables put in. */
  readonly externalLabels: Labels;
  /** Sentences for the log. */
  readonly warnings: readonly ConfigWarning[];
  /** The effective configuration, secrets hidden. */
  readonly yaml: string;
}

export interface ConfigWarning {
  readonly message: string;
  readonly name: string;
}

export interface LoadOptions {
  /** Where variables of `external_labels` are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Takes settings that are right and that this version does not follow: to check a configuration, not to run it.
   * What such a setting holds is not looked at.
   */
  readonly acceptUnsupported?: boolean;
  /** Where the file names no scrape protocols, ask for protobuf first. */
  readonly protoFirst?: boolean;
  /** Refuses what an agent does not do. */
  readonly agentMode?: boolean;
  /** Leaves the files of `scrape_config_files` alone. */
  readonly skipScrapeConfigFiles?: boolean;
}

/**
 * Reads a configuration and everything that belongs to it.
 * @throws ConfigError; its `sentence` is what upstream prints. AgentModeError
 */
export async function loadServerConfig(file: string, options: LoadOptions): Promise<ServerConfig> {
  return parseServerConfig(await readConfigText(file), file, options);
}

/** As {@link loadServerConfig}, of a text that is in hand; relative paths start from the folder of `file`. */
export async function parseServerConfig(
  text: string,
  file: string,
  options: LoadOptions,
): Promise<ServerConfig> {
  const loaded = decodeConfig(text, { file, folder: dirname(file) }, prometheusSection);
  const completed = completeConfig(loaded, file, { protoFirst: options.protoFirst === true });
  const fault = options.agentMode === true ? agentModeFault(completed) : undefined;
  if (fault !== undefined) throw new AgentModeError(fault);
  const accepts = options.acceptUnsupported === true;
  if (!accepts) refuse(refusedSettings(completed), file, loaded);
  const { labels, missing } = expandExternalLabels(completed.global.external_labels, options.environment);
  const config = { ...completed, global: { ...completed.global, external_labels: labels } };
  const scrapeConfigFiles =
    options.skipScrapeConfigFiles === true
      ? []
      : await filesOfAll(config.scrape_config_files, 'error retrieving scrape config files for');
  const jobs = [...config.scrape_configs, ...(await jobsOfFiles(config, scrapeConfigFiles, accepts))];
  const warnings = [
    ...missing.map((name) => ({ message: 'Empty environment variable', name })),
    ...ignoredSettings(config).map((name) => ({
      message: 'This setting is not available in this version and has no effect',
      name,
    })),
  ];
  let yaml: string | undefined;
  return {
    file,
    config,
    jobs,
    ruleFiles: await filesOfAll(config.rule_files, 'error retrieving rule files for'),
    scrapeConfigFiles,
    externalLabels: Labels.of(labels),
    warnings,
    // Printed when asked for: it takes longer than reading, and is no part of a start.
    get yaml(): string {
      const global = asGiven(config.global, loaded.value.global, loaded.hasSection('global'));
      return (yaml ??= printConfig(prometheusSection, { ...config, global }));
    },
  };
}

function completeConfig(
  loaded: Loaded<PrometheusConfig>,
  file: string,
  options: CompletionOptions,
): PrometheusConfig {
  const value = withAuthorization(loaded.value);
  const at = <T>(path: readonly (string | number)[], complete: () => T): T => {
    try {
      return complete();
    } catch (error) {
      if (!(error instanceof ScrapeConfigError)) throw error;
      throw valueError(file, loaded.lineAt(path), error.message);
    }
  };
  const scraping = at(['global'], () => completeGlobalScrapeConfig(value.global, options));
  const global = { ...scraping, evaluation_interval: scraping.evaluation_interval || 60_000 };
  const names = new Set<string>();
  const scrape_configs = value.scrape_configs.map((job, index) => {
    const path = ['scrape_configs', index];
    const complete = at(path, () => completeScrapeConfig(job, global));
    const invalid = invalidTarget(job, path);
    if (invalid !== undefined) throw valueError(file, loaded.lineAt(invalid.path), invalid.message);
    if (names.has(job.job_name)) {
      const message = `found multiple scrape configs with job name "${job.job_name}"`;
      throw valueError(file, loaded.lineAt([...path, 'job_name']), message);
    }
    names.add(job.job_name);
    return complete;
  });
  for (const [index, entry] of value.alerting.alertmanagers.entries()) {
    const invalid = invalidTarget(entry, ['alerting', 'alertmanagers', index]);
    if (invalid !== undefined) throw valueError(file, loaded.lineAt(invalid.path), invalid.message);
  }
  const plainNames = value.global.metric_name_validation_scheme === 'legacy';
  const otlpFault = plainNames ? plainNamesFault(value.otlp) : undefined;
  if (otlpFault !== undefined) throw valueError(file, loaded.lineAt(['otlp']), otlpFault);
  for (const [field, kind] of [
    ['remote_write', 'remote write'],
    ['remote_read', 'remote read'],
  ] as const) {
    const repeated = repeatedName(value[field]);
    if (repeated === undefined) continue;
    const message = `found multiple ${kind} configs with job name ${quoteGo(repeated.name)}`;
    throw valueError(file, loaded.lineAt([field, repeated.index, 'name']), message);
  }
  // Zero, too, is the default.
  const runtime = { gogc: value.runtime.gogc || 75 };
  const completed = { ...value, global, runtime, scrape_configs };
  const nameFault = plainNameFault(completed);
  if (nameFault !== undefined) throw valueError(file, loaded.lineAt(nameFault.path), nameFault.message);
  return completed;
}

/** The first entry with a name that stands there already; entries without a name are as many as one likes. */
function repeatedName(
  entries: readonly { readonly name: string }[],
): { readonly name: string; readonly index: number } | undefined {
  const seen = new Set<string>();
  for (const [index, { name }] of entries.entries()) {
    if (seen.has(name)) return { name, index };
    if (name !== '') seen.add(name);
  }
  return undefined;
}

function refuse(
  [first]: readonly Unsupported[],
  file: string,
  { lineAt }: Pick<Loaded<unknown>, 'lineAt'>,
): void {
  if (first === undefined) return;
  const line = lineAt(first.path);
  throw valueError(file, line, `line ${line}: ${first.message}`);
}

function valueError(file: string, line: number, message: string): ConfigError {
  return new ConfigError('VALUE', { file, line }, message);
}

async function jobsOfFiles(
  config: PrometheusConfig,
  files: readonly string[],
  acceptsUnsupported: boolean,
): Promise<readonly ScrapeJob[]> {
  const foundIn = new Map(config.scrape_configs.map((job) => [job.job_name, 'main config file']));
  const jobs: ScrapeJob[] = [];
  for (const match of files) {
    const file = resolve(match);
    try {
      const loaded = decodeConfig(
        await readConfigText(file),
        { file, folder: dirname(match) },
        scrapeConfigFileSection,
      );
      for (const [index, job] of withAuthorization(loaded.value.scrape_configs).entries()) {
        const first = foundIn.get(job.job_name);
        if (first !== undefined) {
          const message = `found multiple scrape configs with job name "${job.job_name}", first found in ${first}`;
          throw valueError(file, loaded.lineAt(['scrape_configs', index, 'job_name']), message);
        }
        foundIn.set(job.job_name, JSON.stringify(file));
        const complete = completeScrapeConfig(job, config.global);
        const path = ['scrape_configs', index];
        const invalid = invalidTarget(job, path) ?? jobNameFault(complete, path);
        if (invalid !== undefined) throw valueError(file, loaded.lineAt(invalid.path), invalid.message);
        if (!acceptsUnsupported)
          refuse(refusedJobSettings(complete, ['scrape_configs', index]), file, loaded);
        jobs.push(complete);
      }
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof ScrapeConfigError)) throw error;
      throw scrapeFileError(file, error);
    }
  }
  return jobs;
}

function scrapeFileError(file: string, error: ConfigError | ScrapeConfigError): ConfigError {
  const line = error instanceof ConfigError ? error.line : undefined;
  const message = `error loading scrape configs: ${JSON.stringify(file)}: ${error.message}`;
  return new ConfigError('READ', { file, line }, message, { cause: error });
}

/** The files that any of the patterns matches, each once. */
async function filesOfAll(patterns: readonly string[], complaint: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    try {
      for (const file of await matchingFiles(pattern)) found.add(file);
    } catch (cause) {
      const message = `${complaint} ${JSON.stringify(pattern)}: ${(cause as Error).message}`;
      throw new ConfigError('READ', { file: pattern }, message, { cause });
    }
  }
  return [...found];
}

/** How metrics are named is printed of `global` only as the file has it; without the section, upstream prints its defaults. */
function asGiven(
  complete: PrometheusConfig['global'],
  given: PrometheusConfig['global'],
  isGiven: boolean,
): PrometheusConfig['global'] {
  const { metric_name_validation_scheme, metric_name_escaping_scheme } = given;
  if (isGiven) return { ...complete, metric_name_validation_scheme, metric_name_escaping_scheme };
  return { ...complete, metric_name_validation_scheme: 'utf8', metric_name_escaping_scheme: 'allow-utf-8' };
}
