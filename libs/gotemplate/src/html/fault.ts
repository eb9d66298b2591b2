/** Why a template cannot be escaped, found where its text is read; the place is added by who knows it. */
export class EscapeFault extends Error {
  override readonly name = 'EscapeFault';
  readonly code = 'template_escape_fault';
}

/** The end of a step over text: the context there and how much was read. */
export interface Transition<C> {
  readonly context: C;
  readonly read: number;
}
