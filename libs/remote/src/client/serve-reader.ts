import { type MessagePort } from 'node:worker_threads';
import { type FromReader, type StoreAnswer, type ToReader } from './port-protocol.js';
import { type RemoteReadStorage } from './remote-read-storage.js';

/**
 * Asks the stores for a reader in another thread, which has a {@link RemotePort} at the other end. The returned
 * function ends that: what is under way is given up.
 */
export function serveReader(port: MessagePort, storage: RemoteReadStorage): () => void {
  const underWay = new Map<number, AbortController>();
  const answer = (id: number, answers: readonly StoreAnswer[]): void => {
    const message: ToReader = { id, answers: answers.map(ownBytes) };
    const buffers = message.answers.flatMap((one) => (one.warning === undefined ? [one.bytes.buffer] : []));
    port.postMessage(message, buffers as ArrayBuffer[]);
  };
  port.on('message', (message: FromReader) => {
    const { id } = message;
    if (message.kind === 'abort') {
      underWay.get(id)?.abort();
      return;
    }
    if (message.kind === 'labels') {
      answer(id, storage.labels(message.minTimeMs, message.maxTimeMs));
      return;
    }
    const abort = new AbortController();
    underWay.set(id, abort);
    void storage.select(message.select, abort.signal).then((answers) => {
      underWay.delete(id);
      answer(id, answers);
    });
  });
  return () => {
    for (const abort of underWay.values()) abort.abort();
    port.close();
  };
}

/** Bytes in memory of their own, which can be given away. */
function ownBytes(answer: StoreAnswer): StoreAnswer {
  if (answer.warning !== undefined) return answer;
  const { bytes } = answer;
  const isWhole = bytes.byteLength === bytes.buffer.byteLength;
  return { ...answer, bytes: isWhole ? new Uint8Array(bytes.buffer) : Uint8Array.from(bytes) };
}
