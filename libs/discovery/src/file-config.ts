import { check, duration, filePath, list, section } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { type z } from 'zod';

/** A star in the last part of the path only. */
const VALID_PATH = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/;

function pathFault(path: string): string | undefined {
  return VALID_PATH.test(path) ? undefined : `path name ${quoteGo(path)} is not valid for file discovery`;
}

/** One element of `file_sd_configs`. */
export const fileDiscoverySection = check(
  section('file.plain', {
    files: list(filePath({ refuse: pathFault }), { goType: '[]string', always: true }),
    refresh_interval: duration({ default: 300_000 }),
  }),
  ({ files }) =>
    files.length === 0 ? 'file service discovery config must contain at least one path name' : undefined,
);
export type FileDiscoveryConfig = z.output<typeof fileDiscoverySection>;
