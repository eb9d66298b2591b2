/**
 * CRC-32C (Castagnoli), as in RFC 3720 section 12.1 and Go's `hash/crc32` with the `Castagnoli` table:
 * reflected polynomial 0x82F63B78, all bits inverted before and after.
 *
 * Eight bytes a step with eight tables ("slicing by 8", Kounavis and Berry, 2005).
 */
const reflectedPolynomial = 0x82f63b78;

const tables = makeTables();
const [table0, table1, table2, table3, table4, table5, table6, table7] = tables;

/**
 * The checksum of `bytes[start, end)`, an unsigned 32-bit number.
 *
 * @param previous checksum of what comes before these bytes; 0 when nothing does
 */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length, previous = 0): number {
  const steps = end - ((end - start) & 7);
  let crc = eightByEight(bytes, start, steps, ~previous);
  for (let at = steps; at < end; at++) crc = (crc >>> 8) ^ table0[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

/**
 * A function of its own: V8 compiles a long loop while it runs, and what stands behind the loop it has not seen by
 * then. It would fall back to the interpreter at each call's end.
 */
function eightByEight(bytes: Uint8Array, start: number, end: number, before: number): number {
  let crc = before;
  for (let at = start; at < end; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      table7[crc & 0xff]! ^
      table6[(crc >>> 8) & 0xff]! ^
      table5[(crc >>> 16) & 0xff]! ^
      table4[crc >>> 24]! ^
      table3[bytes[at + 4]!]! ^
      table2[bytes[at + 5]!]! ^
      table1[bytes[at + 6]!]! ^
      table0[bytes[at + 7]!]!;
  }
  return crc;
}

type EightTables = readonly [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];

function makeTables(): EightTables {
  const make = (): Int32Array => new Int32Array(256);
  const made: EightTables = [make(), make(), make(), make(), make(), make(), make(), make()];
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ reflectedPolynomial : crc >>> 1;
    made[0][byte] = crc;
  }
  for (let byte = 0; byte < 256; byte++) {
    let crc = made[0][byte]!;
    for (let table = 1; table < 8; table++) {
      crc = (crc >>> 8) ^ made[0][crc & 0xff]!;
      made[table]![byte] = crc;
    }
  }
  return made;
}
