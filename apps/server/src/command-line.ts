import { createLogger, helpText, type Logger, parseFlags, versionText } from '@narthex/process';
import { chooseFeatures, FeatureConflictError, type FeatureChoice, type Features } from './flags/features.js';
import { flagSupport } from './flags/flag-support.js';
import { serverFlags, type ServerFlags } from './flags/flags.js';

export const PROGRAM = 'prometheus';
const ABOUT = { program: PROGRAM, about: 'The Prometheus monitoring server' };
const PARSING = 'Error parsing command line arguments';

/** What the command line asks for. */
export type CommandLine =
  | (Features & { readonly kind: 'run'; readonly flags: ServerFlags; readonly logger: Logger })
  | { readonly kind: 'exit'; readonly exitCode: number; readonly stdout?: string; readonly stderr?: string };

/** Reads the command line, and logs what of it has no effect. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const outcome = parseFlags(ABOUT, serverFlags, argv);
  switch (outcome.kind) {
    case 'help':
      return { kind: 'exit', exitCode: 0, stdout: outcome.text };
    case 'version':
      return { kind: 'exit', exitCode: 0, stdout: versionText(PROGRAM) };
    case 'syntax': {
      const stderr = `${PARSING}: ${outcome.message}\n${PROGRAM}: error: ${outcome.message}\n`;
      return { kind: 'exit', exitCode: 1, stderr };
    }
    case 'value': {
      const stdout = helpText(ABOUT, serverFlags);
      return { kind: 'exit', exitCode: 2, stdout, stderr: `${PARSING}: ${outcome.message}\n` };
    }
    case 'run':
      break;
  }
  const { values: flags, given } = outcome;
  const { refusal, unused } = flagSupport(given, flags);
  if (refusal !== undefined)
    return { kind: 'exit', exitCode: refusal.exitCode, stderr: `${refusal.message}\n` };
  const logger = createLogger({ level: flags['log.level'], format: flags['log.format'] });
  for (const flag of unused)
    logger.warn('This flag is not available in this version and has no effect', { flag });
  const chosen = chosenFeatures(flags['enable-feature']);
  if (typeof chosen === 'string')
    return { kind: 'exit', exitCode: 1, stderr: `Error parsing feature list: ${chosen}\n` };
  const { warnings, ...features } = chosen;
  for (const { message, option } of warnings) logger.warn(message, { option });
  const autoReload = flags['config.auto-reload'] || features.autoReload;
  return { kind: 'run', flags, ...features, autoReload, logger };
}

/** The features, or why they cannot be had. */
function chosenFeatures(given: readonly string[]): FeatureChoice | string {
  try {
    return chooseFeatures(given);
  } catch (error) {
    if (!(error instanceof FeatureConflictError)) throw error;
    return error.message;
  }
}
