export { sleep, systemClock, type Clock } from './clock.js';
export { Closers } from './closers.js';
export { FlagValueError } from './errors.js';
export {
  booleanFlag,
  choiceFlag,
  helpText,
  integerFlag,
  listFlag,
  parsedFlag,
  parseFlags,
  stringFlag,
  type FlagOutcome,
  type FlagsAbout,
  type FlagSpec,
  type FlagSpecs,
  type FlagValues,
} from './flags.js';
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
export { stopSignal } from './stop-signal.js';
export { versionText, VERSION, type VersionInfo, versionInfo } from './version.js';
