import { formatDuration, parseDuration } from '@narthex/model';
import { parsed, type Field, type FieldOptions } from './scalar-fields.js';

/** A duration such as `1m30s`, in milliseconds; the default too. */
export function duration(options: FieldOptions<number> = {}): Field<number> {
  return parsed(options.default ?? 0, {
    parse: parseDuration,
    print: (valueMs) => (valueMs === 0 && options.always !== true ? null : formatDuration(valueMs)),
  });
}

const BYTE_UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];
const BYTE_SIZE = /^([-+]?\d*\.?\d+)([A-Za-z]*)$/;

/**
 * Bytes of a size such as `512MB`: units are powers of 1024 with or without the `i`, as upstream's.
 * @throws Error with upstream's words.
 */
export function parseByteSize(size: string): number {
  if (size === '0') return 0;
  const match = BYTE_SIZE.exec(size);
  if (match === null) throw new Error(`units: invalid ${size}`);
  const [, digits = '', unit = ''] = match;
  if (unit === '') throw new Error(`units: unknown unit  in ${size}`);
  const power = BYTE_UNITS.indexOf(unit.replace(/i?B$/, '').toUpperCase());
  if (power < 0 || !/^[KMGTPE]?i?B$/.test(unit)) throw new Error(`units: unknown unit ${unit} in ${size}`);
  return Math.trunc(Number(digits) * 1024 ** power);
}

/** A size in bytes as upstream prints it: `1MiB512KiB`, `0B`. */
export function formatByteSize(sizeBytes: number): string {
  if (sizeBytes === 0) return '0B';
  let rest = sizeBytes;
  let printed = '';
  for (let power = BYTE_UNITS.length - 1; power >= 0; power--) {
    const unit = 1024 ** power;
    const count = Math.floor(rest / unit);
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
  });
}
