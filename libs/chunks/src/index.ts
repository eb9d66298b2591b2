export { compileDecodeKernel, DecodeKernel, type DecodedColumns } from './decode-kernel.js';
export { ChunkError } from './errors.js';
export { HistogramChunk, recodeHistogramChunk, resumeHistogramChunk } from './histogram-chunk.js';
export { HistogramEncoder, type HistogramPlan } from './histogram-encoder.js';
export {
  HISTOGRAM_FLAGS_AT,
  HISTOGRAM_HEADER_BYTES,
  RESET_HEADER,
  type ResetHeader,
} from './histogram-header.js';
export { chunkSampleCount, openChunk } from './open-chunk.js';
export { SAMPLE_KIND, type SampleCursor, type SampleKind } from './sample-cursor.js';
export { CHUNK_HEADER_BYTES, MAX_SAMPLE_BYTES, XorAppender } from './xor-appender.js';
export { XorDecoder } from './xor-decoder.js';
