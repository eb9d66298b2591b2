/** How many chunks that are still wanted each file of head chunks holds. */
export class FileReferences {
  readonly #counts = new Map<number, number>();

  add(file: number): void {
    this.#counts.set(file, (this.#counts.get(file) ?? 0) + 1);
  }

  release(file: number): void {
    const left = (this.#counts.get(file) ?? 0) - 1;
    if (left > 0) this.#counts.set(file, left);
    else this.#counts.delete(file);
  }

  /** The oldest file that holds a chunk; undefined when none does. */
  lowest(): number | undefined {
    let lowest: number | undefined;
    for (const file of this.#counts.keys()) if (lowest === undefined || file < lowest) lowest = file;
    return lowest;
  }
}
