import { type SharedAddress, type SharedViews } from '@narthex/bytes';
import { PIECE } from '../shared/layout.js';

/** Copies the bytes of a chunk out of its pieces, whole words, to `target[to]` and on. */
export function copyPieces(
  views: SharedViews,
  first: SharedAddress,
  sizeBytes: number,
  target: Uint32Array,
  to: number,
): void {
  let piece = first;
  let left = (sizeBytes + 3) >>> 2;
  let at = to;
  for (;;) {
    const words = views.words(piece);
    const from = views.wordIndex(piece);
    const count = left < PIECE.dataWords ? left : PIECE.dataWords;
    for (let word = 0; word < count; word++) target[at + word] = words[from + PIECE.data + word]!;
    left -= count;
    if (left === 0) return;
    at += count;
    piece = words[from + PIECE.next]!;
  }
}
