import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { RegexpError } from './errors.js';

/**
 * Compiles for the linear-time engine.
 *
 * @throws RegexpError with Go's text: ``error parsing regexp: missing closing ): `a(` ``.
 */
export function compileEngine(expression: string, dotMatchesNewline: boolean): RE2JS {
  try {
    return RE2JS.compile(expression, dotMatchesNewline ? RE2JS.DOTALL : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new RegexpError(messageOf(expression, error), expression, { cause: error });
  }
}

/**
 * The engine reports flags it was given as a `(?s)` in front of the expression; the same expression without flags
 * fails in the same place and names only what the user wrote.
 */
function messageOf(expression: string, error: RE2JSException): string {
  let reported = error;
  try {
    RE2JS.compile(expression);
  } catch (plain) {
    if (plain instanceof RE2JSException) reported = plain;
  }
  if (!(reported instanceof RE2JSSyntaxException)) return `error parsing regexp: ${reported.message}`;
  return `error parsing regexp: ${reported.error}: \`${reported.input ?? ''}\``;
}

/** Replaces every character that RE2 gives a meaning, as Go's `regexp.QuoteMeta`. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
