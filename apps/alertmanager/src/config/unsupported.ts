import { type Field, isAbsent, valueIssue } from '@narthex/config';
import { z } from 'zod';

export const NOT_SUPPORTED = 'is not supported yet by this Alertmanager';

/** A part of upstream's configuration that is not there yet: whoever uses it is told so, rather than left without it. */
export function unsupported(what: string): Field<undefined> {
  return z.codec(z.unknown(), z.undefined(), {
    decode: (node, context) => {
      if (!isAbsent(node)) valueIssue(context, node, `${what} ${NOT_SUPPORTED}`);
      return undefined;
    },
    encode: () => null,
  });
}
