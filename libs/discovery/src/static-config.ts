import { labels, list, section, text, valueIssue } from '@narthex/config';
import { Labels, quoteGo, type TargetGroup } from '@narthex/model';
import { z } from 'zod';

const GO_TYPE = 'struct { Targets []string "yaml:\\"targets\\""; Labels model.LabelSet "yaml:\\"labels\\"" }';

const fields = section(GO_TYPE, {
  targets: list(text({ always: true }), { goType: '[]string' }),
  labels: labels('model.LabelSet'),
});

/**
 * One group of `static_configs`, and of the files of file discovery. Its source is left empty for the discovery to
 * fill.
 */
export const targetGroupSection = z.codec(fields, z.custom<TargetGroup>(), {
  decode: (group, context) => {
    const broken = group.targets.find((address) => address.includes('/'));
    if (broken !== undefined) {
      valueIssue(context, group, `${quoteGo(broken)} is not a valid hostname`);
      return z.NEVER;
    }
    const targets = group.targets.map((address) => Labels.of({ __address__: address }));
    return { source: '', labels: group.labels, targets };
  },
  encode: (group) => ({
    targets: group.targets.map((target) => target.get('__address__')),
    labels: group.labels,
  }),
});

/** `static_configs` */
export const staticConfigs = list(targetGroupSection, {
  goType: '[]*targetgroup.Group',
  emptyElement: 'empty or null section in static_configs',
});
