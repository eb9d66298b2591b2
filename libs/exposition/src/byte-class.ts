const LABEL_START = 1;
const METRIC_START = 2;
const DIGIT = 4;

/** For each byte, which of the classes it is in. */
const CLASSES = new Uint8Array(256);
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_') {
  CLASSES[letter.charCodeAt(0)] = LABEL_START | METRIC_START;
}
for (const digit of '0123456789') CLASSES[digit.charCodeAt(0)] = DIGIT;
CLASSES[':'.charCodeAt(0)] = METRIC_START;

/** Bytes that mean something in the text formats. */
export const BYTE = {
  nul: 0x00,
  tab: 0x09,
  newline: 0x0a,
  space: 0x20,
  quote: 0x22,
  hash: 0x23,
  comma: 0x2c,
  equal: 0x3d,
  backslash: 0x5c,
  braceOpen: 0x7b,
  braceClose: 0x7d,
} as const;

/** `[a-zA-Z_]` */
export function isLabelStart(byte: number): boolean {
  return (CLASSES[byte]! & LABEL_START) !== 0;
}

/** `[a-zA-Z_:]` */
export function isMetricStart(byte: number): boolean {
  return (CLASSES[byte]! & METRIC_START) !== 0;
}

/** `[a-zA-Z0-9_]` */
export function isLabelPart(byte: number): boolean {
  return (CLASSES[byte]! & (LABEL_START | DIGIT)) !== 0;
}

/** `[a-zA-Z0-9_:]` */
export function isMetricPart(byte: number): boolean {
  return (CLASSES[byte]! & (METRIC_START | DIGIT)) !== 0;
}

/** `[0-9]` */
export function isDigit(byte: number): boolean {
  return CLASSES[byte] === DIGIT;
}
