import { check, duration, filePath, list, section } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { type z } from 'zod';

/** A star in the last part of the path only. */
const VALID_PATH = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/;

/** One element of `file_sd_configs`. */
export const fileDiscoverySection = check(
  section('file.plain', {
    files: list(filePath(), { goType: '[]string', always: true }),
    refresh_interval: duration({ default: 300_000 }),
  }),
  ({ files }) => {
    if (files.length === 0) return 'file service discovery config must contain at least one path name';
    const broken = files.find((path) => !VALID_PATH.test(path));
    return broken === undefined ? undefined : `path name ${quoteGo(broken)} is not valid for file discovery`;
  },
);
export type FileDiscoveryConfig = z.output<typeof fileDiscoverySection>;
