// CRC-32C of bytes in memory, sixteen at a step ("slicing by 16"; see crc32c in @narthex/bytes, which has the sources).

const POLYNOMIAL: u32 = 0x82f63b78;

/** Sixteen tables of 256 words, below what the other side uses. */
const TABLES: usize = 4096;
const TABLE_BYTES: usize = 1024;

for (let byte: u32 = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  store<u32>(TABLES + (byte << 2), crc);
}
for (let byte: u32 = 0; byte < 256; byte++) {
  let crc = load<u32>(TABLES + (byte << 2));
  for (let table: usize = 1; table < 16; table++) {
    crc = (crc >>> 8) ^ load<u32>(TABLES + ((crc & 0xff) << 2));
    store<u32>(TABLES + table * TABLE_BYTES + (byte << 2), crc);
  }
}

@inline
function entry(table: usize, byte: u64): u32 {
  return load<u32>(TABLES + table * TABLE_BYTES + (<usize>(byte & 0xff) << 2));
}

@inline
function eight(table: usize, word: u64): u32 {
  return (
    entry(table + 7, word) ^
    entry(table + 6, word >> 8) ^
    entry(table + 5, word >> 16) ^
    entry(table + 4, word >> 24) ^
    (entry(table + 3, word >> 32) ^
      entry(table + 2, word >> 40) ^
      entry(table + 1, word >> 48) ^
      entry(table, word >> 56))
  );
}

/** The checksum of `length` bytes from `from` on, behind bytes whose checksum is `previous`. */
export function crc32c(from: usize, length: u32, previous: u32): u32 {
  let crc = ~previous;
  let at = from;
  const end = from + length;
  for (; at + 16 <= end; at += 16) {
    crc = eight(8, load<u64>(at) ^ crc) ^ eight(0, load<u64>(at, 8));
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ entry(0, crc ^ load<u8>(at));
  return ~crc;
}
