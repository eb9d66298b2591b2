export { formatScriptHistogram } from './compare-histograms.js';
export {
  SCRIPT_SETTINGS,
  type ScriptAnswer,
  type ScriptEngine,
  type ScriptSample,
  type ScriptValue,
} from './engine.js';
export { ScriptError } from './errors.js';
export { MemoryStorage, type StoredSample } from './memory-storage.js';
export { runScript, type ScriptFailure, type ScriptReport } from './run-script.js';
export {
  floatOf,
  parseMetricText,
  parseSeries,
  type SequenceValue,
  type SeriesDescription,
} from './parse-series.js';
