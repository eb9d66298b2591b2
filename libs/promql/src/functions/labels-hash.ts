import { type Labels } from '@narthex/model';
import { xxHash64 } from './xxhash64.js';

const encoder = new TextEncoder();

/** Upstream's hash of labels: xxHash64 of names and values, one after another, each behind its length. */
export function labelsHash(labels: Labels): bigint {
  return xxHash64(encode(labels));
}

/** A number in [0, 1) that follows from the labels alone: their hash, as a share of all hashes. */
export function labelsOffset(labels: Labels): number {
  return Number(labelsHash(labels)) / Number(0xffff_ffff_ffff_ffffn);
}

/** Names and values one after another, each behind its length: one byte, or 255 and three bytes from 255 on. */
function encode(labels: Labels): Uint8Array {
  const bytes: number[] = [];
  for (const text of labels.pairs()) {
    const encoded = encoder.encode(text);
    const { length } = encoded;
    if (length < 255) bytes.push(length);
    else bytes.push(255, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff);
    bytes.push(...encoded);
  }
  return Uint8Array.from(bytes);
}
