import { ChunkError } from '@narthex/chunks';
import { StorageError } from '@narthex/storage';

/** Runs what decodes chunks. @throws StorageError with code `CORRUPT` for bytes that cannot be decoded */
export function checked<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof ChunkError) throw new StorageError('CORRUPT', cause.message, { cause });
    throw cause;
  }
}
