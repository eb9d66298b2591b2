import { type SharedAddress, type SharedAllocator } from '@narthex/bytes';
import { PIECE } from '../shared/layout.js';

/** Gives back the pieces in which a chunk of so many bytes stands. */
export function retirePieces(allocator: SharedAllocator, first: SharedAddress, sizeBytes: number): void {
  const { views } = allocator;
  let piece = first;
  for (let left = sizeBytes; left > 0; left -= PIECE.dataBytes) {
    const next = views.words(piece)[views.wordIndex(piece) + PIECE.next]!;
    allocator.retire(piece, PIECE.bytes);
    piece = next;
  }
}

/** Copies the bytes of a chunk out of its pieces, to `target[to]` and on. */
export function copyPieceBytes(
  allocator: SharedAllocator,
  first: SharedAddress,
  sizeBytes: number,
  target: Uint8Array,
  to: number,
): void {
  const { views } = allocator;
  let piece = first;
  for (let done = 0; done < sizeBytes; done += PIECE.dataBytes) {
    const bytes = views.bytes(piece);
    const from = views.byteIndex(piece) + 4 * PIECE.data;
    const count = Math.min(PIECE.dataBytes, sizeBytes - done);
    for (let i = 0; i < count; i++) target[to + done + i] = bytes[from + i]!;
    piece = views.words(piece)[views.wordIndex(piece) + PIECE.next]!;
  }
}
