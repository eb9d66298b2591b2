import { type SharedHeadHandles } from '@narthex/tsdb';

export interface ReaderSetup {
  readonly handles: SharedHeadHandles;
}

export type ReaderTask =
  | { readonly kind: 'echo' }
  | { readonly kind: 'bytes'; readonly sizeBytes: number }
  | {
      readonly kind: 'query';
      /** Value of `__name__`; empty for all series of the job. */
      readonly name: string;
      readonly sorted: boolean;
      readonly decode: boolean;
    }
  | {
      readonly kind: 'rate';
      readonly name: string;
      readonly startMs: number;
      readonly endMs: number;
      readonly stepMs: number;
      readonly rangeMs: number;
    };

export interface ReaderAnswer {
  readonly series: number;
  readonly samples: number;
  readonly selectMs: number;
  readonly labelsMs: number;
  readonly decodeMs: number;
  readonly bytes: Uint8Array;
}
