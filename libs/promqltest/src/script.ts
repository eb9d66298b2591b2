import { type Labels, type NativeHistogram } from '@narthex/model';

/** One sample as a script gives it. */
export type ScriptPoint =
  | { readonly kind: 'float'; readonly value: number }
  | {
      readonly kind: 'histogram';
      readonly histogram: NativeHistogram;
      /** Whether the script named the counter-reset hint: only then is it compared. */
      readonly hintGiven: boolean;
    }
  | { readonly kind: 'stale' }
  | { readonly kind: 'missing' };

export interface ScriptSeries {
  readonly labels: Labels;
  readonly points: readonly ScriptPoint[];
}

export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Also load the classic histograms as native ones with custom buckets. */
  readonly withCustomBuckets: boolean;
  readonly series: readonly ScriptSeries[];
}

/** What an annotation or error has to say: anything, exactly this, or something that matches. */
export type TextExpectation =
  | { readonly match: 'any' }
  | { readonly match: 'exact'; readonly text: string }
  | { readonly match: 'regexp'; readonly text: string };

export interface Expectations {
  readonly fail: TextExpectation | undefined;
  readonly warnings: readonly TextExpectation[];
  readonly infos: readonly TextExpectation[];
  readonly noWarnings: boolean;
  readonly noInfos: boolean;
  readonly ordered: boolean;
  /** The answer of an instant query that is a string. */
  readonly text: string | undefined;
  /** The times of the points, where an instant query answers with a range vector. */
  readonly rangeVector:
    { readonly startMs: number; readonly endMs: number; readonly stepMs: number } | undefined;
}

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly at:
    | { readonly type: 'instant'; readonly timestampMs: number }
    | { readonly type: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number };
  readonly expect: Expectations;
  readonly series: readonly ScriptSeries[];
  /** The answer of a query that is a scalar. */
  readonly scalar: number | undefined;
}

/** Something the script says that cannot be understood: a failure, never left out. */
export interface BadCommand {
  readonly kind: 'bad';
  readonly line: number;
  readonly reason: string;
}

export type ScriptCommand =
  LoadCommand | EvalCommand | { readonly kind: 'clear'; readonly line: number } | BadCommand;
