import { type Labels, LabelsBuilder, relabelBuilder, type RelabelRule } from '@narthex/model';

const ADDRESS = '__address__';
const SCHEME = '__scheme__';
const ALERTS_PATH = '__alerts_path__';

export interface AlertmanagerAddressing {
  readonly scheme: string;
  readonly pathPrefix: string;
  readonly relabelRules: readonly RelabelRule[];
}

export interface AlertmanagerUrls {
  readonly active: readonly string[];
  readonly dropped: readonly string[];
}

/**
 * The URLs to post to, from the discovered targets (each with the labels of its group): relabelled, without repeats.
 */
export function alertmanagerUrls(
  targets: readonly Labels[],
  addressing: AlertmanagerAddressing,
): AlertmanagerUrls {
  const active = new Set<string>();
  const dropped: string[] = [];
  for (const target of targets) {
    const builder = new LabelsBuilder(target);
    if (builder.get(SCHEME) === '') builder.set(SCHEME, addressing.scheme);
    builder.set(ALERTS_PATH, `${addressing.pathPrefix.replace(/\/+$/, '')}/api/v2/alerts`);
    const before = urlOf(builder);
    if (!relabelBuilder(builder, addressing.relabelRules)) dropped.push(before);
    else if (builder.get(ADDRESS) !== '') active.add(urlOf(builder));
  }
  return { active: [...active], dropped };
}

function urlOf(labels: LabelsBuilder): string {
  const path = labels.get(ALERTS_PATH);
  return `${labels.get(SCHEME)}://${labels.get(ADDRESS)}${path.startsWith('/') ? '' : '/'}${path}`;
}
