import { booleanFlag, listFlag } from '@narthex/process';
import { type EngineFeatures, type ParserOptions } from '@narthex/promql';
import { type Tool } from './tool.js';

/** Taken by every command. */
export const GLOBAL_FLAGS = {
  experimental: booleanFlag(false, { help: 'Enable experimental commands.' }),
  'enable-feature': listFlag([], {
    help: 'Comma separated feature names to enable. Valid options: promql-experimental-functions, promql-delayed-name-removal, promql-duration-expr, promql-extended-range-selectors, promql-binop-fill-modifiers. See https://prometheus.io/docs/prometheus/latest/feature_flags/ for more details',
    placeholder: '',
  }),
};

/** What parser and engine are to know. */
export type PromqlFeatures = EngineFeatures & ParserOptions;

const FEATURES: Readonly<Record<string, PromqlFeatures>> = {
  'promql-experimental-functions': { experimentalFunctions: true },
  'promql-delayed-name-removal': { delayedNameRemoval: true },
  'promql-extended-range-selectors': { extendedRangeSelectors: true },
  'promql-binop-fill-modifiers': { fillModifiers: true },
  // Always on.
  'promql-duration-expr': {},
};

/** Reads `--enable-feature`; names that are not known are told and left out. */
export function promqlFeatures(flag: readonly string[], { out }: Pick<Tool, 'out'>): PromqlFeatures {
  let features: PromqlFeatures = { durationExpressions: true };
  for (const name of flag.flatMap((names) => names.split(',')).filter((name) => name !== '')) {
    const feature = FEATURES[name];
    if (feature === undefined) out(`  WARNING: Unknown feature passed to --enable-feature: ${name}\n`);
    else features = { ...features, ...feature };
  }
  return features;
}
