import { ConfigError, matchingFiles } from '@narthex/config';
import { formatDuration, quoteGo } from '@narthex/model';
import { agentModeFault, loadServerConfig, type ScrapeJob } from '@narthex/server-config';
import { errorText, ToolError } from '../errors.js';
import { type Tool } from '../tool.js';
import { checkRuleFiles, type RulesCheck } from './check-rules.js';
import { BROKEN, exitCodeOf, LINTED, PASSED, type Verdict, worse } from './lint-settings.js';
import { checkAlertmanagerFiles, checkJobFiles } from './referenced-files.js';

export interface ConfigCheck extends RulesCheck {
  /** Look at nothing but the file itself. */
  readonly syntaxOnly: boolean;
  /** Judge the file as the agent's. */
  readonly agent: boolean;
}

interface CheckedConfig {
  readonly jobs: readonly ScrapeJob[];
  readonly ruleFiles: readonly string[];
}

/** `promtool check config` */
export async function checkConfigs(
  files: readonly string[],
  options: ConfigCheck,
  tool: Tool,
): Promise<number> {
  let verdict = PASSED;
  for (const file of files) verdict = worse(verdict, await checkConfigFile(file, options, tool));
  return exitCodeOf(verdict, options.lint);
}

async function checkConfigFile(file: string, options: ConfigCheck, tool: Tool): Promise<Verdict> {
  tool.out(`Checking ${file}\n`);
  let checked: CheckedConfig;
  try {
    checked = await checkedConfig(file, options, tool);
  } catch (error) {
    tool.error(`  FAILED: ${error instanceof ConfigError ? error.sentence : errorText(error)}\n`);
    tool.out('\n');
    return BROKEN;
  }
  const { ruleFiles, jobs } = checked;
  if (ruleFiles.length > 0) tool.out(`  SUCCESS: ${ruleFiles.length} rule files found\n`);
  tool.out(` SUCCESS: ${file} is valid prometheus config file syntax\n\n`);
  if (options.syntaxOnly) return PASSED;
  return worse(lintJobs(jobs, options, tool), await checkRuleFiles(ruleFiles, options, tool));
}

async function checkedConfig(
  file: string,
  { syntaxOnly, agent }: ConfigCheck,
  tool: Tool,
): Promise<CheckedConfig> {
  const { config, jobs } = await loadServerConfig(file, {
    environment: process.env,
    acceptUnsupported: true,
    skipScrapeConfigFiles: syntaxOnly,
  });
  const refused = agent ? agentModeFault(config) : undefined;
  if (refused !== undefined) throw new ToolError(refused);
  const ruleFiles = syntaxOnly ? [] : await existingRuleFiles(config.rule_files);
  for (const job of jobs) await checkJobFiles(job, syntaxOnly, tool);
  for (const entry of config.alerting.alertmanagers) await checkAlertmanagerFiles(entry, syntaxOnly, tool);
  return { jobs, ruleFiles };
}

/** A pattern may match nothing; a plain path has to be there. */
async function existingRuleFiles(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    const files = await matchingFiles(pattern);
    if (files.length === 0 && !pattern.includes('*')) {
      throw new ToolError(`${quoteGo(pattern)} does not point to an existing file`);
    }
    found.push(...files);
  }
  return found;
}

function lintJobs(jobs: readonly ScrapeJob[], { lint }: ConfigCheck, { error: complain }: Tool): Verdict {
  const { longScrapeIntervalMs } = lint;
  if (longScrapeIntervalMs === undefined) return PASSED;
  const found = jobs.find((job) => job.scrape_interval >= longScrapeIntervalMs);
  if (found === undefined) return PASSED;
  const job = `job: ${found.job_name}, interval: ${formatDuration(found.scrape_interval)}`;
  complain(`  FAILED: too long scrape interval found, data point will be marked as stale - ${job}\n`);
  return LINTED;
}
