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
 *
 * @param wanted what will be met: the others are not loaded, which takes tens of milliseconds, and throw likewise
 */
export async function loadWalCodecs(
  wanted: readonly WalCompression[] = WAL_COMPRESSIONS,
): Promise<WalCodecs> {
  const load = (name: WalCompression, loader: () => Promise<RecordCodec>): Promise<RecordCodec> =>
    (wanted.includes(name) ? loader() : Promise.reject(new RangeError(`${name} was not asked for`))).catch(
      (cause: unknown) => unavailable(name, cause),
    );
  const [snappy, zstd] = await Promise.all([load('snappy', loadSnappy), load('zstd', loadZstd)]);
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
  // Half the time for records of some ten kilobytes: memory that is not V8's own costs more than the copy.
  const copied = { copyOutputData: true };
  return {
    compress: (record) => compressSync(record, copied),
    decompress: (bytes) => uncompressSync(bytes, copied) as Buffer,
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
  return (zstdOfWasm ??= loadZstdOfWasm());
}

/** The package has one memory for the process, and puts a new one in its place, under way or not, when begun again. */
let zstdOfWasm: Promise<RecordCodec> | undefined;

async function loadZstdOfWasm(): Promise<RecordCodec> {
  const { compress, decompress, init } = await import('@bokuweb/zstd-wasm');
  await init();
  return { compress: (record) => compress(record, zstdLevel), decompress: (bytes) => decompress(bytes) };
}
