import { resolve } from 'node:path';
import { ConfigError } from '@narthex/config';
import { type Logger } from '@narthex/process';
import { type EngineFeatures } from '@narthex/promql';
import { type AlertTemplates, RuleFileError } from '@narthex/rules';
import { AgentModeError } from '@narthex/server-config';
import { ReloadError, StartError } from './errors.js';
import { type LoadedConfig, loadEverything } from './load-everything.js';

export interface ConfigLoaderOptions {
  /** As `--config.file` names it. */
  readonly file: string;
  /** Refuse what an agent does not do. */
  readonly agentMode: boolean;
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly templates: AlertTemplates;
  /** Where the file names no scrape protocols, ask for protobuf first. */
  readonly protoFirst: boolean;
  /** What rules may use of the language. */
  readonly engineFeatures: EngineFeatures;
}

/** Loads the configuration, at start and again, with upstream's words for what is wrong with it. */
export class ConfigLoader {
  readonly #options: ConfigLoaderOptions;

  constructor(options: ConfigLoaderOptions) {
    this.#options = options;
  }

  /** @throws StartError */
  async atStart(): Promise<LoadedConfig> {
    const { file } = this.#options;
    try {
      return await this.#load();
    } catch (error) {
      const fields = { file: resolve(file), ...placeOf(error), err: reasonOf(error) };
      const what =
        error instanceof RuleFileError
          ? 'Error loading rule file patterns from config'
          : 'Error loading config';
      throw new StartError('CONFIG', `${what} (--config.file=${file})`, fields, { cause: error });
    }
  }

  /** @throws ReloadError */
  async again(): Promise<LoadedConfig> {
    const { file, logger } = this.#options;
    logger.info('Loading configuration file', { filename: file });
    try {
      return await this.#load();
    } catch (cause) {
      const message = `couldn't load configuration (--config.file="${file}"): ${reasonOf(cause)}`;
      throw new ReloadError('LOAD', message, { cause });
    }
  }

  async #load(): Promise<LoadedConfig> {
    const { file, logger } = this.#options;
    const loaded = await loadEverything(file, this.#options);
    for (const { message, name } of loaded.server.warnings) logger.warn(message, { name });
    return loaded;
  }
}

/** The line, which upstream does not tell: a field of its own beside upstream's words. */
export function placeOf(error: unknown): { readonly line?: number } {
  return error instanceof ConfigError && error.line !== undefined ? { line: error.line } : {};
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigError) return error.sentence;
  if (error instanceof RuleFileError || error instanceof AgentModeError) return error.message;
  throw error;
}
