import { type Labels, type NativeHistogram } from '@narthex/model';
import { type Queryable, type SampleColumns } from '@narthex/storage';

export type ScriptValue =
  | { readonly type: 'scalar'; readonly timestampMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timestampMs: number; readonly value: string }
  | {
      readonly type: 'vector';
      readonly samples: readonly {
        readonly labels: Labels;
        readonly timestampMs: number;
        readonly value: number;
        readonly histogram?: NativeHistogram | undefined;
      }[];
    }
  | {
      readonly type: 'matrix';
      readonly series: readonly { readonly labels: Labels; readonly columns: SampleColumns }[];
    };

export interface ScriptAnswer {
  readonly value: ScriptValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/**
 * The engine under test. Scripts expect it to have delayed name removal, start timestamps, experimental functions,
 * duration expressions, extended range selectors and fill modifiers on, to look back five minutes, and to step
 * subqueries by one minute unless told otherwise. A query that fails rejects; the message is compared.
 */
export interface ScriptEngine {
  instant(storage: Queryable, query: string, timestampMs: number): Promise<ScriptAnswer>;
  range(
    storage: Queryable,
    query: string,
    range: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
  ): Promise<ScriptAnswer>;
}
