import { type Labels } from '@narthex/model';

/**
 * The 64-bit FNV-1a hash over the labels in order, each name and value followed by the byte 255, as 16 hex digits:
 * the fingerprint by which upstream's API and templates name an alert
 * (https://pkg.go.dev/github.com/prometheus/common/model#LabelSet.Fingerprint).
 */
export function fingerprintOf(labels: Labels): string {
  // The 64 bits are kept as two halves; the prime is 2^40 + 0x1b3, so one product needs no more than 53 bits.
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const mix = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + low * 0x100) >>> 0;
    low = product >>> 0;
  };
  if (labels.size === 0) return 'cbf29ce484222325';
  for (const text of labels.pairs()) {
    for (const byte of encoder.encode(text)) mix(byte);
    mix(255);
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

const encoder = new TextEncoder();
