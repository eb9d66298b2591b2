import { type Operand, shapeOf } from '../values/reflect.js';
import { plainValue } from './directive.js';
import { formatOperand } from './value-format.js';

/** The text of a value in a document: what a pointer points to is printed, not the pointer. */
export function printed(value: Operand): string {
  const text = formatOperand(value, plainValue);
  return shapeOf(value).kind === 'struct' && text.startsWith('&{') ? text.slice(1) : text;
}
