import { compareText } from '@narthex/model';
import { goJson } from '../go-json.js';
import { type ApiLabels, type ApiResult, valueText } from './api-values.js';

/** As upstream prints results for programs: the result alone, labels in order. */
export function resultJson(value: ApiResult): string {
  switch (value.resultType) {
    case 'scalar':
      return goJson([value.result[0], valueText(value.result[1])]);
    case 'vector':
      return goJson(
        value.result.map(({ metric, value: point, histogram }) => ({
          metric: orderedLabels(metric),
          ...(point !== undefined && { value: [point[0], valueText(point[1])] }),
          ...(histogram !== undefined && { histogram }),
        })),
      );
    case 'matrix':
      return goJson(
        value.result.map(({ metric, values = [], histograms = [] }) => ({
          metric: orderedLabels(metric),
          ...(values.length > 0 && { values: values.map(([time, text]) => [time, valueText(text)]) }),
          ...(histograms.length > 0 && { histograms }),
        })),
      );
  }
}

export function orderedLabels(labels: ApiLabels): ApiLabels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => compareText(a, b)));
}
