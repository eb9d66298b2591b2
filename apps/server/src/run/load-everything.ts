import { type EngineFeatures, parseExpression, printExpression } from '@narthex/promql';
import { type AlertTemplates, loadRuleFile, type RuleGroupSource } from '@narthex/rules';
import { loadServerConfig, type ServerConfig } from '@narthex/server-config';

/** A configuration with its rules, checked as a whole: nothing of it is in force yet. */
export interface LoadedConfig {
  readonly server: ServerConfig;
  readonly ruleGroups: readonly RuleGroupSource[];
}

export interface LoadEverythingOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Refuse what an agent does not do. */
  readonly agentMode: boolean;
  /** Checks the templates of alerts. */
  readonly templates: AlertTemplates;
  /** What of the language rules may use. */
  readonly engineFeatures: EngineFeatures;
  /** Where the file names no scrape protocols, ask for protobuf first. */
  readonly protoFirst: boolean;
}

/**
 * Reads and checks the configuration file and every file that it names.
 * @throws ConfigError, RuleFileError, AgentModeError
 */
export async function loadEverything(file: string, options: LoadEverythingOptions): Promise<LoadedConfig> {
  const { environment, protoFirst, agentMode } = options;
  const server = await loadServerConfig(file, { environment, protoFirst, agentMode });
  const checks = {
    normalize: (expression: string): string =>
      printExpression(parseExpression(expression, options.engineFeatures)),
    templates: options.templates,
  };
  const ruleGroups: RuleGroupSource[] = [];
  for (const ruleFile of server.ruleFiles) ruleGroups.push(...(await loadRuleFile(ruleFile, checks)));
  return { server, ruleGroups };
}
