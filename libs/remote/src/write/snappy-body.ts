import { CompressionError } from '../errors.js';

/** The most bytes that a request may have, as upstream's `decodeReadLimit`. */
export const MAX_DECODED_BYTES = 32 * 1024 * 1024;
/** The most that Snappy makes of so many bytes: what is longer cannot be a good request. */
export const MAX_ENCODED_BYTES = 32 + MAX_DECODED_BYTES + Math.ceil(MAX_DECODED_BYTES / 6);
/** The densest element of the format makes 64 bytes of three. */
const MOST_EXPANSION = 64 / 3;
/** Larger ones are decompressed in a thread of the pool; these take some milliseconds at most. */
const SMALL_BYTES = 4 * 1024 * 1024;

/** Snappy blocks, without frames. */
export interface SnappyCodec {
  uncompressSync(bytes: Uint8Array): Buffer;
  uncompress(bytes: Uint8Array): Promise<Buffer>;
  compress(bytes: Uint8Array): Promise<Buffer>;
}

export async function loadSnappy(): Promise<SnappyCodec> {
  const { compress, uncompress, uncompressSync } = await import('snappy');
  return {
    uncompressSync: (bytes) => uncompressSync(bytes) as Buffer,
    uncompress: async (bytes) => (await uncompress(bytes)) as Buffer,
    compress: (bytes) => compress(asBuffer(bytes)),
  };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/**
 * What a compressed body holds. No memory is taken for a length that only the body's first bytes promise.
 * @throws CompressionError with upstream's words
 */
export async function decodeSnappyBody(codec: SnappyCodec, body: Uint8Array): Promise<Buffer> {
  const length = declaredLength(body);
  if (length === undefined) throw corrupt();
  if (length > MAX_DECODED_BYTES) {
    throw new CompressionError(`snappy: decoded length ${length} exceeds limit ${MAX_DECODED_BYTES}`);
  }
  if (length > body.length * MOST_EXPANSION) throw corrupt();
  try {
    return length <= SMALL_BYTES ? codec.uncompressSync(body) : await codec.uncompress(body);
  } catch (cause) {
    throw corrupt(cause);
  }
}

/** The length that a Snappy block begins with: a varint of at most 32 bits. */
function declaredLength(body: Uint8Array): number | undefined {
  let length = 0;
  for (let i = 0; i < Math.min(5, body.length); i++) {
    length += (body[i]! & 0x7f) * 2 ** (7 * i);
    if (body[i]! < 0x80) return length < 2 ** 32 ? length : undefined;
  }
  return undefined;
}

function corrupt(cause?: unknown): CompressionError {
  return new CompressionError('snappy: corrupt input', { cause });
}
