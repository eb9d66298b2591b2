import { type Labels, type NativeHistogram } from '@narthex/model';

/** One element of an instant vector. */
export interface VectorSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: NativeHistogram | undefined;
}

/** The answer to an instant query; a scalar comes as one element without labels. */
export interface VectorAnswer {
  readonly samples: readonly VectorSample[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Evaluates an expression at one moment. Rejects with an error whose message is shown as the rule's. */
export type InstantQuery = (
  expression: string,
  timestampMs: number,
  group?: QueryingGroup,
) => Promise<VectorAnswer>;

/** The group that asks. */
export interface QueryingGroup {
  readonly file: string;
  readonly name: string;
}
