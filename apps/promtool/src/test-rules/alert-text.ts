import { type Labels } from '@narthex/model';

/** An alert as tests see it. */
export interface ComparedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

export function compareAlerts(a: ComparedAlert, b: ComparedAlert): number {
  return a.labels.compare(b.labels) || a.annotations.compare(b.annotations);
}

export function sameAlerts(a: readonly ComparedAlert[], b: readonly ComparedAlert[]): boolean {
  return a.length === b.length && a.every((alert, i) => compareAlerts(alert, b[i]!) === 0);
}

/** Alerts numbered, each in two lines. */
export function alertsText(alerts: readonly ComparedAlert[]): string {
  if (alerts.length === 0) return '[]';
  const listed = alerts.map(
    ({ labels, annotations }, i) =>
      `${i}:\n  Labels:${labels.toString()}\n  Annotations:${annotations.toString()}`,
  );
  return `[\n${listed.join(',\n')}\n]`;
}

/** Puts blanks before every line but the first. */
export function indentFurtherLines(text: string, indent: string): string {
  return text.replaceAll('\n', `\n${indent}`);
}
