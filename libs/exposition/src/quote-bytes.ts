import { quoteGo } from '@narthex/model';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Prints bytes as Go's `%q` does: text that is valid UTF-8 as text, every other byte as `\xff`. */
export function quoteGoBytes(bytes: Uint8Array): string {
  let quoted = '';
  let plainFrom = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      quoted += inside(bytes.subarray(plainFrom, at)) + `\\x${bytes[at]!.toString(16).padStart(2, '0')}`;
      plainFrom = at + 1;
    }
    at += length || 1;
  }
  return `"${quoted}${inside(bytes.subarray(plainFrom))}"`;
}

/** True when all bytes from `start` to before `end` are well-formed UTF-8 (RFC 3629). */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    if (bytes[at]! < 0x80) at++;
    else {
      const length = characterLength(bytes, at);
      if (length === 0 || at + length > end) return false;
      at += length;
    }
  }
  return true;
}

function inside(valid: Uint8Array): string {
  return quoteGo(decoder.decode(valid)).slice(1, -1);
}

/** How many bytes the character at `at` takes; 0 when they are not well-formed. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  if (first >= 0xc2 && first <= 0xdf) return isTail(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isTail(bytes[at + 2]) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && isTail(bytes[at + 2]) && isTail(bytes[at + 3]) ? 4 : 0;
  }
  return 0;
}

function isTail(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
