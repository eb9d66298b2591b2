/** What an app has opened, closed in reverse order of opening. */
export class Closers {
  readonly #stack: { readonly name: string; readonly close: () => unknown }[] = [];

  /** Remembers how to close something; `name` is used in error messages. */
  add(name: string, close: () => unknown): void {
    this.#stack.push({ name, close });
  }

  /**
   * Closes everything, the last opened first, going on past failures.
   * @throws AggregateError when something could not be closed, after the rest was.
   */
  async closeAll(): Promise<void> {
    const errors: Error[] = [];
    for (let next = this.#stack.pop(); next !== undefined; next = this.#stack.pop()) {
      try {
        await next.close();
      } catch (cause) {
        errors.push(new Error(`closing ${next.name}`, { cause }));
      }
    }
    if (errors.length > 0) {
      throw new AggregateError(
        errors,
        errors.map((error) => `${error.message}: ${String(error.cause)}`).join('; '),
      );
    }
  }
}
