export { compileDecodeKernel, DecodeKernel, type DecodedColumns } from './decode-kernel.js';
export { ChunkError } from './errors.js';
export { HistogramChunk, recodeHistogramChunk, resumeHistogramChunk } from './histogram-chunk.js';
export { HistogramEncoder, type HistogramPlan } from './histogram-encoder.js';
export {
  HISTOGRAM_FLAGS_AT,
  HISTOGRAM_HEADER_BYTES,
  HISTOGRAM_STARTS_AT,
  RESET_HEADER,
  type ResetHeader,
} from './histogram-header.js';
export { blankSampleCount, chunkSampleCount, openChunk, setSampleCount } from './open-chunk.js';
export { SAMPLE_KIND, type SampleCursor, type SampleKind } from './sample-cursor.js';
export { CHUNK_HEADER_BYTES, MAX_SAMPLE_BYTES, XorAppender } from './xor-appender.js';
export { XorDecoder } from './xor-decoder.js';
export { MAX_XOR2_SAMPLE_BYTES, XOR2_HEADER_BYTES, XOR2_STARTS_AT, Xor2Appender } from './xor2-appender.js';
