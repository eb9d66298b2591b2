import { type Labels, type NativeHistogram } from '@narthex/model';
import { type Queryable, type SampleColumns } from '@narthex/storage';

/** What a script expects of the engine: not the defaults of a server. */
export const SCRIPT_SETTINGS = {
  lookbackDeltaMs: 300_000,
  defaultSubqueryStepMs: 60_000,
  timeoutMs: 100_000,
  maxSamples: 10_000_000,
  features: {
    delayedNameRemoval: true,
    startTimestamps: true,
    experimentalFunctions: true,
    durationExpressions: true,
    extendedRangeSelectors: true,
    fillModifiers: true,
  },
} as const;

export interface ScriptSample {
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
  readonly histogram?: NativeHistogram | undefined;
}

export type ScriptValue =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly ScriptSample[] }
  | {
      readonly type: 'matrix';
      readonly series: readonly { readonly labels: Labels; readonly columns: SampleColumns }[];
    };

export interface ScriptAnswer {
  readonly value: ScriptValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Any PromQL engine, set up as {@link SCRIPT_SETTINGS} says. A query that fails rejects. */
export interface ScriptEngine {
  /** Throws for what is no query. No script may hold such, not even as one that is to fail. */
  parse(query: string): void;
  instant(storage: Queryable, query: string, timestampMs: number): Promise<ScriptAnswer>;
  range(
    storage: Queryable,
    query: string,
    times: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
  ): Promise<ScriptAnswer>;
  /**
   * The query with every selector fixed to a time by `@`, which must give the same whenever it is evaluated;
   * undefined for a query that depends on the time it is evaluated at. Left out, this is not tried.
   */
  pinned?(query: string, timestampMs: number): string | undefined;
}
