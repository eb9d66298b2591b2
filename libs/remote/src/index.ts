export { FanoutStorage } from './client/fanout-storage.js';
export {
  type RemoteReadConfig,
  type RemoteReadEntry,
  type RemoteReadSettings,
} from './client/read-config.js';
export { RemotePort, type RemotePortHandles } from './client/remote-port.js';
export { RemoteReadStorage, type RemoteReadStorageOptions } from './client/remote-read-storage.js';
export { serveReader } from './client/serve-reader.js';
export { encodeWriteRequestV1, type WrittenMetadata } from './encode/encode-v1.js';
export { encodeWriteRequestV2 } from './encode/encode-v2.js';
export { MessageWriter } from '@narthex/bytes';
export {
  type WrittenExemplar,
  type WrittenHistogram,
  type WrittenLabels,
  type WrittenSamples,
  type WrittenSeries,
} from './encode/written-series.js';
export { BodyTooLargeError, CompressionError, ReadError, RemoteConfigError } from './errors.js';
export { type ReadAnswer, ReadReceiver, type ReadReceiverOptions } from './read/read-receiver.js';
export { RemoteWriteStorage, type RemoteWriteStorageOptions } from './send/remote-write-storage.js';
export { type Received } from './send/resharding.js';
export {
  type RemoteWriteConfig,
  type RemoteWriteEntry,
  type RemoteWriteSettings,
} from './send/write-config.js';
export { WRITE_MESSAGES, type WriteMessage } from './write/content-type.js';
export { MAX_ENCODED_BYTES } from './write/snappy-body.js';
export {
  type WriteAnswer,
  WriteReceiver,
  type WriteReceiverOptions,
  type WriteRequest,
} from './write/write-receiver.js';
export { type Written } from './write/written.js';
