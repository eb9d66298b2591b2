export { compileDecodeKernel, DecodeKernel, type DecodedColumns } from './decode-kernel.js';
export { ChunkError } from './errors.js';
export { CHUNK_HEADER_BYTES, MAX_SAMPLE_BYTES, XorAppender } from './xor-appender.js';
export { XorDecoder } from './xor-decoder.js';
