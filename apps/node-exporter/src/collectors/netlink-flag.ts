import { booleanFlag, type FlagSpec } from '@narthex/process';

/**
 * Upstream asks the kernel over netlink by default. Node.js cannot, so the same counters are read from files; the
 * flag decides only about what the file lacks.
 */
export function netlinkFlag(file: string): FlagSpec<boolean> {
  return booleanFlag(true, { help: `Use netlink to gather stats instead of ${file}.` });
}
