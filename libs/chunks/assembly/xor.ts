// Decodes a batch of XOR chunks into columns. Compiled by ../build-kernels.mjs. Loads may reach 24 bytes beyond a
// chunk; the caller sees to it that memory goes on there.

/** Bits before the first sample: the chunk's own count, which is not looked at. */
const HEADER_BITS: u32 = 16;

/** 64 bits from any bit on. */
function load64(at: usize, bit: u32): u64 {
  const from = at + (bit >> 3);
  const shift = <u64>(bit & 7);
  return (bswap<u64>(load<u64>(from)) << shift) | ((<u64>load<u8>(from, 8)) >> (8 - shift));
}

/** At least 57 bits from any bit on, the rest zeros. */
function peek(at: usize, bit: u32): u64 {
  return bswap<u64>(load<u64>(at + (bit >> 3))) << (<u64>(bit & 7));
}

/** The field of `width` bits behind the first `skip` of `word`, from -(2^(width-1) - 1) to 2^(width-1). */
function field(word: u64, skip: u64, width: u64): i64 {
  const value = <i64>((word << skip) >> (64 - width));
  return value > (<i64>1) << (<i64>(width - 1)) ? value - ((<i64>1) << (<i64>width)) : value;
}

/**
 * `table` holds three words a chunk: address, length in bytes, samples to decode. Times go to `times` as doubles,
 * values to `values` bit for bit. Returns -1, or the index of the first chunk that ends too early.
 */
export function decodeXor(table: usize, chunks: i32, times: usize, values: usize): i32 {
  for (let chunk = 0; chunk < chunks; chunk++, table += 12) {
    const at = <usize>load<u32>(table);
    const end = load<u32>(table, 4) << 3;
    const count = load<u32>(table, 8);
    if (count == 0) continue;

    let bit: u32 = HEADER_BITS;
    let zigzag: u64 = 0;
    for (let shift: u64 = 0; ; shift += 7) {
      if (bit >= end || shift > 63) return chunk;
      const byte = <u64>load<u8>(at + (bit >> 3));
      bit += 8;
      zigzag |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    let time = (<i64>(zigzag >> 1)) ^ -(<i64>(zigzag & 1));
    let value = load64(at, bit);
    bit += 64;
    if (bit > end) return chunk;
    store<f64>(times, <f64>time);
    store<u64>(values, value);
    times += 8;
    values += 8;
    if (count == 1) continue;

    // The second sample's delta is a varint behind a whole number of bytes.
    let delta: i64 = 0;
    for (let shift: u64 = 0; ; shift += 7) {
      if (bit >= end || shift > 63) return chunk;
      const byte = <u64>load<u8>(at + (bit >> 3));
      bit += 8;
      delta |= <i64>((byte & 0x7f) << shift);
      if (byte < 0x80) break;
    }
    let trailing: u64 = 0;
    let significant: u64 = 64;
    for (let i: u32 = 1; ;) {
      // The value, behind what tells the time.
      time += delta;
      let word = peek(at, bit);
      let skip: u64 = 0;
      for (;;) {
        if (<i64>(word << skip) >= 0) {
          bit += <u32>skip + 1;
        } else {
          if (<i64>(word << (skip + 1)) >= 0) {
            skip += 2;
          } else {
            const leading = (word << (skip + 2)) >> 59;
            significant = (word << (skip + 7)) >> 58;
            if (significant == 0) significant = 64;
            trailing = leading + significant > 64 ? 0 : 64 - leading - significant;
            significant = 64 - leading - trailing;
            skip += 13;
          }
          // Mostly the bits of the value stand in the same word.
          const bits = skip + significant <= 57 ? word << skip : load64(at, bit + <u32>skip);
          value ^= (bits >> (64 - significant)) << trailing;
          bit += <u32>(skip + significant);
        }
        if (bit > end) return chunk;
        store<f64>(times, <f64>time);
        store<u64>(values, value);
        times += 8;
        values += 8;
        if (++i == count) break;
        word = peek(at, bit);
        if (<i64>word < 0) break;
        // The same interval as before: one bit, and the value follows in the same word.
        time += delta;
        skip = 1;
      }
      if (i == count) break;

      if (<i64>(word << 1) >= 0) {
        delta += field(word, 2, 14);
        bit += 16;
      } else if (<i64>(word << 2) >= 0) {
        delta += field(word, 3, 17);
        bit += 20;
      } else if (<i64>(word << 3) >= 0) {
        delta += field(word, 4, 20);
        bit += 24;
      } else {
        delta += <i64>load64(at, bit + 4);
        bit += 68;
      }
    }
  }
  return -1;
}
