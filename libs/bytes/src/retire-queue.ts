const START = 1024;

/** Blocks that wait for their readers to leave, oldest first, in a ring of typed arrays. */
export class RetireQueue {
  #addresses = new Uint32Array(START);
  #classes = new Uint16Array(START);
  #epochs = new Int32Array(START);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get headAddress(): number {
    return this.#addresses[this.#head]!;
  }

  get headClass(): number {
    return this.#classes[this.#head]!;
  }

  get headEpoch(): number {
    return this.#epochs[this.#head]!;
  }

  /** The epoch of the block that came last. */
  get newestEpoch(): number {
    return this.#epochs[(this.#head + this.#length - 1) & (this.#epochs.length - 1)]!;
  }

  push(address: number, sizeClass: number, epoch: number): void {
    if (this.#length === this.#addresses.length) this.#grow();
    const at = (this.#head + this.#length) & (this.#addresses.length - 1);
    this.#addresses[at] = address;
    this.#classes[at] = sizeClass;
    this.#epochs[at] = epoch;
    this.#length++;
  }

  shift(): void {
    this.#head = (this.#head + 1) & (this.#addresses.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#addresses.length > 64 * START) {
      this.#addresses = new Uint32Array(START);
      this.#classes = new Uint16Array(START);
      this.#epochs = new Int32Array(START);
      this.#head = 0;
    }
  }

  #grow(): void {
    const capacity = 2 * this.#addresses.length;
    const straight = <T extends Uint32Array | Uint16Array | Int32Array>(from: T, to: T): T => {
      to.set(from.subarray(this.#head), 0);
      to.set(from.subarray(0, this.#head), from.length - this.#head);
      return to;
    };
    this.#addresses = straight(this.#addresses, new Uint32Array(capacity));
    this.#classes = straight(this.#classes, new Uint16Array(capacity));
    this.#epochs = straight(this.#epochs, new Int32Array(capacity));
    this.#head = 0;
  }
}
