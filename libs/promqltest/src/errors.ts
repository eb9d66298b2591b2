/** A line of a script that cannot be read. */
export class ScriptError extends Error {
  readonly code = 'SCRIPT';
  override readonly name = 'ScriptError';
}
