import { formatFloatG, NumberError, parseFloatGo } from '@narthex/model';

/** A number in a label as OpenMetrics writes it: whole numbers with `.0`. A text that is no number stays as it is. */
export function formatOpenMetricsFloat(text: string): string {
  try {
    return openMetricsFloat(parseFloatGo(text));
  } catch (error) {
    if (error instanceof NumberError) return text;
    throw error;
  }
}

/** Prints a float so that it is seen to be one: `1.0`, `1e+06`, `+Inf`. */
export function openMetricsFloat(value: number): string {
  const text = formatFloatG(value);
  return /[e.]|Inf|NaN/.test(text) ? text : `${text}.0`;
}
