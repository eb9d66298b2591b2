import protobuf from 'protobufjs';
import { SnapshotError } from './errors';

/** Puts messages one behind the other, each with its length as a varint in front. */
export function writeDelimited(messages: Iterable<Uint8Array>): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const message of messages) writer.bytes(message);
  return writer.finish();
}

/** The messages of such a file. @throws SnapshotError when it is cut short or no message */
export function* readDelimited(file: Uint8Array): Generator<Uint8Array> {
  const reader = protobuf.Reader.create(file);
  while (reader.pos < reader.len) {
    try {
      yield reader.bytes();
    } catch (cause) {
      throw new SnapshotError(`message at byte ${reader.pos}: ${String(cause)}`, { cause });
    }
  }
}
