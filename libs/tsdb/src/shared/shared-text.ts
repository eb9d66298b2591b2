import { type SharedAddress, type SharedViews } from '@narthex/bytes';
import { NAME, PAIR } from './layout.js';

/** Below this length joining character codes beats the decoder. */
const SHORT_BYTES = 32;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text in `bytes[from, to)`. */
export function readText(bytes: Uint8Array, from: number, to: number): string {
  if (to - from <= SHORT_BYTES) {
    let text = '';
    let at = from;
    for (; at < to; at++) {
      const byte = bytes[at]!;
      if (byte > 0x7f) break;
      text += String.fromCharCode(byte);
    }
    if (at === to) return text;
  }
  return utf8.decode(bytes.subarray(from, to));
}

/** True when the UTF-8 in `bytes[from, to)` is the text. */
export function isText(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  if (to - from < text.length) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return readText(bytes, from, to) === text;
    if (bytes[from + i] !== code) return false;
  }
  return to - from === text.length;
}

export function pairValueText(views: SharedViews, pair: SharedAddress): string {
  const from = views.byteIndex(pair) + 4 * PAIR.value;
  return readText(
    views.bytes(pair),
    from,
    from + views.words(pair)[views.wordIndex(pair) + PAIR.valueBytes]!,
  );
}

export function pairHasValue(views: SharedViews, pair: SharedAddress, value: string): boolean {
  const from = views.byteIndex(pair) + 4 * PAIR.value;
  const to = from + views.words(pair)[views.wordIndex(pair) + PAIR.valueBytes]!;
  return isText(views.bytes(pair), from, to, value);
}

export function nameText(views: SharedViews, name: SharedAddress): string {
  const from = views.byteIndex(name) + 4 * NAME.name;
  return readText(views.bytes(name), from, from + views.words(name)[views.wordIndex(name) + NAME.nameBytes]!);
}
