import { decodeConfig, isAbsent, labels, list, readConfigText, section, text } from '@narthex/config';
import { Labels, type TargetGroup } from '@narthex/model';
import { dirname, extname } from 'node:path';
import { z } from 'zod';
import { ToolError } from '../errors.js';

const GROUP_TYPE =
  'struct { Targets []string "yaml:\\"targets\\""; Labels model.LabelSet "yaml:\\"labels\\"" }';
const LIST_TYPE = '[]*targetgroup.Group';
const EXTENSIONS = ['.json', '.yml', '.yaml'];

const elements = list(z.unknown(), { goType: LIST_TYPE });
const groups = list(
  section(GROUP_TYPE, {
    targets: list(text({ always: true }), { goType: '[]string' }),
    labels: labels('model.LabelSet'),
  }),
  { goType: LIST_TYPE },
);

/** The target groups of a file for file discovery. @throws ToolError, ConfigError */
export async function readTargetFile(file: string): Promise<TargetGroup[]> {
  const extension = extname(file);
  if (!EXTENSIONS.includes(extension.toLowerCase())) {
    throw new ToolError(`invalid file extension: ${JSON.stringify(extension)}`);
  }
  const content = await readConfigText(file);
  const source = { file, folder: dirname(file) };
  const empty = decodeConfig(content, source, elements).value.findIndex(isAbsent);
  if (empty >= 0) throw new ToolError(`nil target group item found (index ${empty})`);
  return decodeConfig(content, source, groups).value.map((group) => ({
    source: '',
    labels: group.labels,
    targets: group.targets.map((address) => Labels.of({ __address__: address })),
  }));
}
