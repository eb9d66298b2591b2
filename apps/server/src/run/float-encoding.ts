import { type PrometheusConfig } from '@narthex/server-config';
import { type FloatChunkEncoding } from '@narthex/tsdb';
import { type Features } from '../flags/features.js';

/** The configuration wants chunks that the features do not allow. */
export class ChunkEncodingError extends Error {
  override readonly name = 'ChunkEncodingError';
  readonly code = 'CHUNK_ENCODING';
}

/**
 * How chunks of floats are encoded: as `storage.tsdb.chunk_encoding.floats` says, else as the features do. As upstream,
 * XOR2 needs its feature, and start timestamps cannot be stored without XOR2.
 * @throws ChunkEncodingError
 */
export function floatEncoding(
  { storage }: Pick<PrometheusConfig, 'storage'>,
  { xor2, startStorage }: Pick<Features, 'xor2' | 'startStorage'>,
): FloatChunkEncoding {
  const configured = storage.tsdb?.chunk_encoding?.floats ?? '';
  if (configured === 'xor2' && !xor2) {
    throw new ChunkEncodingError(
      'storage.tsdb.chunk_encoding.floats is "xor2", but the xor2-encoding feature flag is not enabled',
    );
  }
  const encoding = configured === '' ? (xor2 ? 'xor2' : 'xor') : (configured as FloatChunkEncoding);
  if (startStorage && encoding !== 'xor2') {
    throw new ChunkEncodingError(
      'the st-storage feature flag requires the XOR2 float chunk encoding: enable xor2-encoding, and do not set storage.tsdb.chunk_encoding.floats to "xor"',
    );
  }
  return encoding;
}
