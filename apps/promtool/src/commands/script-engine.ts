import { type Clock } from '@narthex/process';
import { Engine, parseExpression } from '@narthex/promql';
import { SCRIPT_SETTINGS, type ScriptEngine } from '@narthex/promqltest';
import { pinQuery } from './pin-query.js';

/** Our engine, set up as the scripts expect it. */
export function scriptEngine(clock: Clock): ScriptEngine {
  const engine = new Engine({ clock, ...SCRIPT_SETTINGS });
  return {
    instant: (storage, query, timestampMs) => engine.instant(storage, query, { timestampMs }),
    range: (storage, query, times) => engine.range(storage, query, times),
    pinned: (query, timestampMs) => pinQuery(parseExpression(query, SCRIPT_SETTINGS.features), timestampMs),
  };
}
