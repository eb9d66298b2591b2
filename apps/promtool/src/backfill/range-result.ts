import { Labels, parseFloatGo } from '@narthex/model';
import { ToolError } from '../errors.js';

export interface RangeSeries {
  readonly labels: Labels;
  /** Time in ms and value. */
  readonly samples: readonly (readonly [timestampMs: number, value: number])[];
}

/** The float samples of a range query's answer. @throws ToolError where it is something else */
export function rangeResult(data: unknown): RangeSeries[] {
  const { resultType, result } = (data ?? {}) as { resultType?: unknown; result?: unknown };
  if (resultType !== 'matrix' || !Array.isArray(result)) {
    throw new ToolError(`rule result is wrong type ${String(resultType)}`);
  }
  return result.map((entry: { metric?: Record<string, string>; values?: [number, string][] }) => ({
    labels: Labels.of(entry.metric ?? {}),
    samples: (entry.values ?? []).map(
      ([seconds, value]) => [Math.round(seconds * 1000), parseFloatGo(value)] as const,
    ),
  }));
}
