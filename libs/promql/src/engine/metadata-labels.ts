import { type Labels, METRIC_NAME } from '@narthex/model';

/** Labels that say what a metric is; whatever changes its meaning takes them off. */
export function isMetadataLabel(name: string): boolean {
  return name === METRIC_NAME || name === '__type__' || name === '__unit__';
}

export function withoutMetadata(labels: Labels): Labels {
  return labels.filter((name) => !isMetadataLabel(name));
}

export function hasTypeOrUnit(labels: Labels): boolean {
  return labels.has('__type__') || labels.has('__unit__');
}
