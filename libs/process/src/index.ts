export { argument, remainingArguments } from './arguments.js';
export { sleep, systemClock, type Clock } from './clock.js';
export { Closers } from './closers.js';
export {
  type ArgumentSpec,
  type ArgumentSpecs,
  type ArgumentValues,
  type Command,
  command,
  commandGroup,
  type CommandParts,
  type CommandProgram,
} from './command.js';
export { type CommandOutcome, parseCommandLine } from './command-line.js';
export { type DirectoryLock, lockDirectory } from './directory-lock.js';
export { DirectoryLockedError, FlagValueError } from './errors.js';
export { durationFlag, mapFlag, optionalFlag, parseExistingFile, parseInt64 } from './flag-values.js';
export {
  booleanFlag,
  choiceFlag,
  helpText,
  integerFlag,
  listFlag,
  parsedFlag,
  parseFlags,
  stringFlag,
  type FlagDescription,
  type FlagOutcome,
  type FlagsAbout,
  type FlagSpec,
  type FlagSpecs,
  type FlagValues,
} from './flags.js';
export { parseGoDuration } from './go-duration.js';
export {
  createLogger,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFields,
  type LogFormat,
  type Logger,
  type LogLevel,
  type LogValue,
} from './logger.js';
export { Slices } from './slices.js';
export { stopSignal } from './stop-signal.js';
export { type SpanAttribute, type SpanOptions, type TraceSpan, type Tracing } from './tracing.js';
export { versionText, VERSION, type VersionInfo, versionInfo } from './version.js';
