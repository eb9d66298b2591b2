import zlib from 'node:zlib';
import { CodecUnavailableError } from './errors.js';

export const WAL_COMPRESSIONS = ['none', 'snappy', 'zstd'] as const;
/** How records are compressed, as `--storage.tsdb.wal-compression-type` names it. */
export type WalCompression = (typeof WAL_COMPRESSIONS)[number];

/** Compresses a record at once and back. */
export interface RecordCodec {
  compress(record: Uint8Array): Uint8Array;
  /** @throws when the bytes are not what {@link compress} makes. */
  decompress(bytes: Uint8Array): Uint8Array;
}

/** A log may hold records of any kind beside each other, so readers need all of them. */
export interface WalCodecs {
  readonly snappy: RecordCodec;
  readonly zstd: RecordCodec;
}

/** The default level of upstream's encoder. */
const zstdLevel = 3;

/**
 * Loads the codecs: native Snappy; Zstandard from Node where it has it, else from WebAssembly. One that cannot be
 * loaded on this machine throws {@link CodecUnavailableError} when it is needed, and not before.
 */
export async function loadWalCodecs(): Promise<WalCodecs> {
  const [snappy, zstd] = await Promise.all([
    loadSnappy().catch((cause: unknown) => unavailable('snappy', cause)),
    loadZstd().catch((cause: unknown) => unavailable('zstd', cause)),
  ]);
  return { snappy, zstd };
}

function unavailable(name: WalCompression, cause: unknown): RecordCodec {
  const refuse = (): never => {
    throw new CodecUnavailableError(name, { cause });
  };
  return { compress: refuse, decompress: refuse };
}

async function loadSnappy(): Promise<RecordCodec> {
  const { compressSync, uncompressSync } = await import('snappy');
  return {
    compress: (record) => compressSync(record),
    decompress: (bytes) => uncompressSync(bytes) as Buffer,
  };
}

/** What Node 22.15 and later add to `node:zlib`; the types of Node 20 do not know it. */
interface ZstdOfNode {
  zstdCompressSync?: (bytes: Uint8Array, options: { params: Record<number, number> }) => Buffer;
  zstdDecompressSync?: (bytes: Uint8Array) => Buffer;
  constants: { ZSTD_c_compressionLevel?: number };
}

async function loadZstd(): Promise<RecordCodec> {
  const { zstdCompressSync, zstdDecompressSync, constants } = zlib as unknown as ZstdOfNode;
  const { ZSTD_c_compressionLevel: levelKey } = constants;
  if (zstdCompressSync !== undefined && zstdDecompressSync !== undefined && levelKey !== undefined) {
    const options = { params: { [levelKey]: zstdLevel } };
    return {
      compress: (record) => zstdCompressSync(record, options),
      decompress: (bytes) => zstdDecompressSync(bytes),
    };
  }
  const { compress, decompress, init } = await import('@bokuweb/zstd-wasm');
  await init();
  return { compress: (record) => compress(record, zstdLevel), decompress: (bytes) => decompress(bytes) };
}
