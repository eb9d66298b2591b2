import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** AT_PAGESZ of getauxval(3). */
const pageSizeEntry = 6n;
const usualBytes = 4096;

/**
 * Bytes a page of memory, which the kernel hands every process in its auxiliary vector: pairs of machine words, of
 * 64 bits wherever Node.js runs today.
 */
export function pageSizeBytes(auxvPath = '/proc/self/auxv'): number {
  let vector: Buffer;
  try {
    vector = readFileSync(auxvPath);
  } catch {
    return usualBytes;
  }
  const word = (at: number): bigint =>
    endianness() === 'LE' ? vector.readBigUInt64LE(at) : vector.readBigUInt64BE(at);
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (word(at) === pageSizeEntry) return Number(word(at + 8));
  }
  return usualBytes;
}
