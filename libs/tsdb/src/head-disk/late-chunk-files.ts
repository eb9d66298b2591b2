import { isEarlier, type SharedAddress } from '@narthex/bytes';
import { type Head } from '../head/head.js';
import { type LateChunkPlaces } from '../ooo/late-samples.js';
import { type CutChunk } from '../ooo/ooo-store.js';
import { type ChunkFileWriter, type WriterMark } from './chunk-file-writer.js';
import { markedPlace, OUT_OF_ORDER_BIT, recordBytes, recordHeadBytes, RecordWriter } from './chunk-record.js';

/** Full chunks of late samples on their way into files; until they are there, readers find them in memory. */
export class LateChunkFiles implements LateChunkPlaces {
  readonly #head: Head;
  readonly #writer: ChunkFileWriter;
  readonly #onWritten: () => void;
  #mark: WriterMark | undefined;

  constructor(head: Head, writer: ChunkFileWriter, onWritten: () => void) {
    this.#head = head;
    this.#writer = writer;
    this.#onWritten = onWritten;
  }

  add(seriesRef: number, block: SharedAddress, chunk: CutChunk): number {
    const { bytes, encoding, minTimeMs, maxTimeMs, sequence } = chunk;
    const sizeBytes = bytes.length;
    const record = new RecordWriter(recordBytes(sizeBytes));
    const head = { seriesRef, minTimeMs, maxTimeMs, encoding: encoding | OUT_OF_ORDER_BIT, sizeBytes };
    record.bytes.set(bytes, record.begin(head));
    record.end();
    const { file, offset } = this.#writer.append(record.bytes, () => {
      this.#onWritten();
      this.#move(block, sequence, file, offset + recordHeadBytes(sizeBytes));
    });
    return markedPlace(file, offset);
  }

  begin(): void {
    this.#mark = this.#writer.mark();
  }

  takeBack(): void {
    if (this.#mark !== undefined) this.#writer.rewind(this.#mark);
  }

  #move(block: SharedAddress, sequence: number, file: number, dataOffset: number): void {
    const { control, outOfOrder } = this.#head;
    // In blocks by now, and the memory of its series' block may be anyone's.
    if (isEarlier(sequence, control.outOfOrderFloor)) return;
    this.#head.publish(() => outOfOrder.store.entries.moveToFile(block, sequence, file, dataOffset));
  }
}
