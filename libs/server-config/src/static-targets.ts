import { quoteGo, type RelabelRule, type TargetGroup } from '@narthex/model';

/** What is wrong with a section, and where it stands. */
export interface InvalidTarget {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The first static target that is no host and port; where there is relabelling, it may yet become one. */
export function invalidTarget(
  section: {
    readonly relabel_configs: readonly RelabelRule[];
    readonly static_configs: readonly TargetGroup[];
  },
  path: readonly (string | number)[],
): InvalidTarget | undefined {
  if (section.relabel_configs.length > 0) return undefined;
  for (const [group, { targets }] of section.static_configs.entries()) {
    const index = targets.findIndex((target) => target.get('__address__').includes('/'));
    if (index < 0) continue;
    const message = `${quoteGo(targets[index]!.get('__address__'))} is not a valid hostname`;
    return { path: [...path, 'static_configs', group, 'targets', index], message };
  }
  return undefined;
}
