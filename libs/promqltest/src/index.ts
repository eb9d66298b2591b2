export { type ScriptAnswer, type ScriptEngine, type ScriptValue } from './engine.js';
export { MemoryStorage } from './memory-storage.js';
export { parseScript } from './parse-script.js';
export { parseSeries } from './parse-series.js';
export { runScript, type ScriptFailure, type ScriptResult } from './run-script.js';
export { type ScriptCommand, type ScriptPoint, type ScriptSeries } from './script.js';
