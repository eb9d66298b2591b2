import { typeOf, type Operand } from '../values/reflect.js';
import { type GoType } from '../values/value.js';

/** Why `value` cannot be passed as a `type`; undefined where it can. */
export function assignmentFault(value: Operand, type: GoType<unknown> | undefined): string | undefined {
  if (type === undefined) return undefined;
  if (value === undefined) return type.nilable ? undefined : `invalid value; expected ${type.name}`;
  const given = typeOf(value);
  if (given === undefined) {
    return type.nilable ? undefined : `wrong type for value; expected ${type.name}; got interface {}`;
  }
  return type.accepts(given) ? undefined : `wrong type for value; expected ${type.name}; got ${given.name}`;
}
