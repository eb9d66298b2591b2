export {
  MalformedMessageError,
  ShortBufferError,
  UnsafeIntegerError,
  VarintOverflowError,
} from './byte-errors.js';
export { ByteReader } from './byte-reader.js';
export { ByteWriter } from './byte-writer.js';
export { type MessageShape, shape, WIRE } from './message-shape.js';
export { MessageWriter } from './message-writer.js';
export { WireReader } from './wire-reader.js';
export { crc32c } from './crc32c.js';
export { BitReader } from './bit-reader.js';
export { BitWriter } from './bit-writer.js';
export { EpochTable, isEarlier } from './epoch-table.js';
export { SharedAllocator, SharedMemoryFullError, type SharedAllocatorOptions } from './shared-allocator.js';
export {
  GRANULE_BYTES,
  MissingSegmentError,
  NO_ADDRESS,
  SEGMENT_BYTES,
  SharedViews,
  type SharedAddress,
  type SharedViewsOptions,
} from './shared-views.js';
export { isStaleAt, isStaleNaN, NORMAL_NAN, STALE_NAN } from './stale-nan.js';
