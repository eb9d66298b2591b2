/** Work that can be interrupted after each step, so that others get their turn. */
export type Steps<T> = Generator<void, T, void>;
