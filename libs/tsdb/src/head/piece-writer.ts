import { NO_ADDRESS, type SharedAddress, type SharedAllocator, type SharedViews } from '@narthex/bytes';
import { PIECE } from '../shared/layout.js';

const DATA_AT = PIECE.data * 4;

/** The first and the last piece of a chunk. */
export interface PieceChain {
  readonly first: SharedAddress;
  readonly tail: SharedAddress;
}

/** A piece behind no other. Its first word of data is zero: the chunk's header. */
export function newPiece(allocator: SharedAllocator): SharedAddress {
  const { views } = allocator;
  const piece = allocator.allocate(PIECE.bytes);
  const words = views.words(piece);
  const at = views.wordIndex(piece);
  words[at + PIECE.next] = NO_ADDRESS;
  words[at + PIECE.data] = 0;
  return piece;
}

/**
 * Writes bytes of a chunk at a place at or behind its present end, where the first of them may take the place of the
 * last, partial byte. Returns the last piece of the chunk, which may be a new one.
 *
 * @param tail the last piece so far
 * @param at the place of the first byte in the chunk, in or just behind the last piece
 */
export function writePieces(
  allocator: SharedAllocator,
  tail: SharedAddress,
  at: number,
  bytes: Uint8Array,
): SharedAddress {
  const { views } = allocator;
  let piece = tail;
  let place = at % PIECE.dataBytes;
  // Just behind a full piece, whose first byte is not meant.
  let full = place === 0 && at > 0;
  for (let done = 0; done < bytes.length;) {
    if (full) {
      const next = newPiece(allocator);
      views.words(piece)[views.wordIndex(piece) + PIECE.next] = next;
      piece = next;
      place = 0;
    }
    const part = bytes.subarray(done, done + PIECE.dataBytes - place);
    views.bytes(piece).set(part, views.byteIndex(piece) + DATA_AT + place);
    done += part.length;
    place += part.length;
    full = true;
  }
  return piece;
}

/** As {@link writePieces}, where the first byte is in the last piece already if `usedBits` of it are in use. */
export function writeBehind(
  allocator: SharedAllocator,
  tail: SharedAddress,
  at: number,
  usedBits: number,
  bytes: Uint8Array,
): SharedAddress {
  if (usedBits === 0) return writePieces(allocator, tail, at, bytes);
  const { views } = allocator;
  views.bytes(tail)[placeOf(views, tail, at)] = bytes[0]!;
  return writePieces(allocator, tail, at + 1, bytes.subarray(1));
}

/** The byte at a place of a chunk that is in its last piece. */
export function lastByte(views: SharedViews, tail: SharedAddress, at: number): number {
  return views.bytes(tail)[placeOf(views, tail, at)]!;
}

/** Changes a byte of a chunk's header, which is in its first piece. Readers of fewer samples are not disturbed by it. */
export function setHeaderByte(views: SharedViews, first: SharedAddress, at: number, value: number): void {
  views.bytes(first)[placeOf(views, first, at)] = value;
}

function placeOf(views: SharedViews, piece: SharedAddress, at: number): number {
  return views.byteIndex(piece) + DATA_AT + (at % PIECE.dataBytes);
}

/** Keeps a whole chunk. */
export function storeChunk(allocator: SharedAllocator, bytes: Uint8Array): PieceChain {
  const first = newPiece(allocator);
  return { first, tail: writePieces(allocator, first, 0, bytes) };
}
