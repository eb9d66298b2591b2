import { randomBytes } from 'node:crypto';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_BYTES = 10;
/** The first digit holds three bits only: 48 bits of time in ten digits of five. */
const FORM = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * A new name for a block: 48 bits of time, then 80 random ones, in Crockford's base 32, so that names sort by the
 * time they were made (https://github.com/ulid/spec).
 */
export function makeUlid(timestampMs: number, random: Uint8Array = randomBytes(RANDOM_BYTES)): string {
  if (!Number.isSafeInteger(timestampMs) || timestampMs < 0 || timestampMs >= 2 ** 48) {
    throw new RangeError(`time ${timestampMs} does not fit 48 bits`);
  }
  if (random.length !== RANDOM_BYTES) throw new RangeError(`a ULID takes ${RANDOM_BYTES} random bytes`);
  let text = '';
  let rest = timestampMs;
  for (let digit = 0; digit < TIME_DIGITS; digit++) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += DIGITS.charAt((held >>> bits) & 31);
    }
    held &= 31;
  }
  return text;
}

/** True for a name as {@link makeUlid} makes them. */
export function isUlid(text: string): boolean {
  return FORM.test(text);
}

/** The time a ULID was made at, in ms since the Unix epoch. */
export function ulidTimeMs(ulid: string): number {
  let timeMs = 0;
  for (let digit = 0; digit < TIME_DIGITS; digit++) timeMs = timeMs * 32 + DIGITS.indexOf(ulid.charAt(digit));
  return timeMs;
}
