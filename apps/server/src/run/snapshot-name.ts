import { randomBytes } from 'node:crypto';

/** A snapshot's name as upstream gives it: the time in UTC, then 16 hexadecimal digits by chance. */
export function snapshotName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${time.replace(/[-:]/g, '')}-${randomBytes(8).toString('hex')}`;
}
