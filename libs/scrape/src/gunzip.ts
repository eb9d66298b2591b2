import { type ZlibOptions, gunzip as gunzipAsync } from 'node:zlib';
import { BodySizeError, ScrapeError } from './errors.js';

const HEADER_BYTES = 10;

/** Unpacks a whole body off the main thread. `expectedBytes` is how much is likely to come out. */
export function gunzip(packed: Uint8Array, expectedBytes: number, limitBytes: number): Promise<Uint8Array> {
  if (packed.length < HEADER_BYTES) {
    return Promise.reject(new ScrapeError(packed.length === 0 ? 'EOF' : 'unexpected EOF'));
  }
  const options: ZlibOptions = { chunkSize: Math.max(expectedBytes + 1_024, 4 * packed.length, 16_384) };
  if (limitBytes > 0) options.maxOutputLength = Math.max(limitBytes - 1, 1);
  return new Promise((resolve, reject) => {
    gunzipAsync(packed, options, (error, unpacked) => {
      if (error === null) resolve(unpacked);
      else reject(failure(error));
    });
  });
}

function failure(cause: NodeJS.ErrnoException): Error {
  if (cause.code === 'ERR_BUFFER_TOO_LARGE') return new BodySizeError();
  const reasons: Readonly<Record<string, string>> = {
    Z_DATA_ERROR: cause.message.includes('header') ? 'gzip: invalid header' : 'gzip: invalid checksum',
    Z_BUF_ERROR: 'unexpected EOF',
  };
  return new ScrapeError(reasons[cause.code ?? ''] ?? cause.message, { cause });
}
