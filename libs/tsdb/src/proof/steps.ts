import fc from 'fast-check';
import { SERIES_COUNT } from './proof-samples.js';

/** Blocks are of a second, and grow up to nine. */
export const RANGE_MS = 1000;
export const WINDOW_MS = 2500;

export interface WrittenSample {
  readonly series: number;
  /** How far before the newest time of the step. */
  readonly behindMs: number;
}

export type Step =
  | {
      readonly kind: 'append' | 'hold' | 'rollback';
      readonly aheadMs: number;
      readonly samples: readonly WrittenSample[];
    }
  | {
      readonly kind: 'delete';
      /** One series, a group of them, or all. */
      readonly target: number | 'group' | 'all';
      readonly behindMs: number;
      readonly lengthMs: number;
    }
  | { readonly kind: 'check' | 'peek'; readonly behindMs: number; readonly lengthMs: number }
  | { readonly kind: 'snapshot'; readonly withHead: boolean }
  | { readonly kind: 'window'; readonly windowMs: number }
  | { readonly kind: 'retention'; readonly timeMs: number }
  | { readonly kind: PlainKind };

type PlainKind =
  | 'duplicate'
  | 'view'
  | 'lateView'
  | 'closeView'
  | 'compact'
  | 'clean'
  | 'reader'
  | 'minute'
  | 'reopen'
  | 'crash';

/** Most samples are new, or a little late; some are too old. */
const behindMs = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: WINDOW_MS + 300 }) },
);
const samples = fc.uniqueArray(
  fc.record({ series: fc.integer({ min: 0, max: SERIES_COUNT - 1 }), behindMs }),
  { selector: ({ series }) => series, minLength: 1, maxLength: SERIES_COUNT },
);
const aheadMs = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 150 }));
const range = {
  behindMs: fc.integer({ min: -500, max: 12_000 }),
  lengthMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6000 })),
};
const written = (kind: 'append' | 'hold' | 'rollback'): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant(kind), aheadMs, samples });
const plain = (kind: PlainKind): fc.Arbitrary<Step> => fc.constant({ kind });
const reading = (kind: 'check' | 'peek'): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant(kind), ...range });

const weighted: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [120, written('append')],
  [6, written('hold')],
  [4, written('rollback')],
  [6, plain('duplicate')],
  [
    6,
    fc.record({
      kind: fc.constant('delete' as const),
      target: fc.oneof(
        fc.integer({ min: 0, max: SERIES_COUNT - 1 }),
        fc.constantFrom('group' as const, 'all' as const),
      ),
      ...range,
    }),
  ],
  [4, reading('check')],
  [6, reading('peek')],
  [4, plain('view')],
  [3, plain('lateView')],
  [4, plain('closeView')],
  [3, plain('compact')],
  [2, plain('clean')],
  [2, plain('reader')],
  [3, plain('minute')],
  [2, plain('reopen')],
  [3, plain('crash')],
  [2, fc.record({ kind: fc.constant('snapshot' as const), withHead: fc.boolean() })],
  [
    2,
    fc.record({
      kind: fc.constant('window' as const),
      windowMs: fc.constantFrom(WINDOW_MS, WINDOW_MS, 300, 0),
    }),
  ],
  [1, fc.record({ kind: fc.constant('retention' as const), timeMs: fc.constantFrom(0, 0, 15_000) })],
];

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);
