import { labels, list, section, text } from '@narthex/config';
import { Labels, type TargetGroup } from '@narthex/model';
import { z } from 'zod';

const GO_TYPE = 'struct { Targets []string "yaml:\\"targets\\""; Labels model.LabelSet "yaml:\\"labels\\"" }';

const fields = section(GO_TYPE, {
  targets: list(text({ always: true }), { goType: '[]string', always: true }),
  labels: labels('model.LabelSet'),
});

/**
 * One group of `static_configs`, and of the files of file discovery. Its source is left empty for the discovery to
 * fill. Addresses are whatever relabelling may make a host of: a URL to probe, for example.
 */
export const targetGroupSection = z.codec(fields, z.custom<TargetGroup>(), {
  decode: ({ labels: groupLabels, targets }) => ({
    source: '',
    labels: groupLabels,
    targets: targets.map((address) => Labels.of({ __address__: address })),
  }),
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
