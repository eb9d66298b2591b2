import { formatDuration, parseDuration } from '@narthex/model';
import { parsed, type Field, type FieldOptions } from './scalar-fields.js';

/** A duration such as `1m30s`, in milliseconds; the default too. */
export function duration(options: FieldOptions<number> = {}): Field<number> {
  return parsed(options.default ?? 0, {
    parse: parseDuration,
    print: (valueMs) => (valueMs === 0 && options.always !== true ? null : formatDuration(valueMs)),
    ofNull: () => 0,
  });
}

const BYTE_UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];
const BYTE_SIZE = /^[-+]?((\d+(\.\d*)?|\.\d+)[^\d.]*)+$/;
const BYTE_PART = /([\d.]+)([^\d.]*)/g;
const MOST_BYTES = 2 ** 63;

/**
 * Bytes of a size such as `512MB` or `1GB512MB`: units are powers of 1024 with or without the `i`, as upstream's
 * (https://github.com/alecthomas/units).
 * @throws Error with upstream's words.
 */
export function parseByteSize(size: string): number {
  if (/^[-+]?0$/.test(size)) return 0;
  if (!BYTE_SIZE.test(size)) throw new Error(`units: invalid ${size}`);
  let sizeBytes = 0;
  for (const [, digits = '', unit = ''] of size.matchAll(BYTE_PART)) {
    if (!/^([KMGTPE]i?)?B$/.test(unit)) throw new Error(`units: unknown unit ${unit} in ${size}`);
    sizeBytes += Number(digits) * 1024 ** BYTE_UNITS.indexOf(unit.replace(/i?B$/, ''));
  }
  if (sizeBytes > MOST_BYTES) throw new Error('units: overflow parsing unit');
  // The one more that 64 bits do not hold comes out negative.
  if (size.startsWith('-') || sizeBytes === MOST_BYTES) sizeBytes = -sizeBytes;
  return Math.trunc(sizeBytes);
}

/** A size in bytes as upstream prints it: `1MiB512KiB`, `0B`, `-1MiB-512KiB`. */
export function formatByteSize(sizeBytes: number): string {
  if (sizeBytes === 0) return '0B';
  let rest = sizeBytes;
  let printed = '';
  for (let power = BYTE_UNITS.length - 1; power >= 0; power--) {
    const unit = 1024 ** power;
    const count = Math.trunc(rest / unit);
    if (count === 0) continue;
    printed += `${count}${BYTE_UNITS[power] ?? ''}${power > 0 ? 'i' : ''}B`;
    rest -= count * unit;
  }
  return printed;
}

/** A size such as `10MB`, in bytes. */
export function byteSize(options: FieldOptions<number> = {}): Field<number> {
  return parsed(options.default ?? 0, {
    parse: parseByteSize,
    print: (sizeBytes) => (sizeBytes === 0 && options.always !== true ? null : formatByteSize(sizeBytes)),
    ofNull: () => 0,
  });
}
