import { type Field, list, parsed, parseUrl } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { type z } from 'zod';

/** A list `NAME_sd_configs`; `goType` is what upstream's messages call its elements. */
export function discoveryList<T>(
  name: string,
  element: z.ZodType<T>,
  goType = `${name}.SDConfig`,
): Field<readonly T[]> {
  const emptyElement = `empty or null section in ${name}_sd_configs`;
  return list(element, { goType: `[]*${goType}`, emptyElement });
}

/** A `role`, refused as soon as it is read when it is none of those; absent it is the empty text, for a later check. */
export function role(known: readonly string[], refusal = 'unknown role'): Field<string> {
  return parsed('', {
    parse: (word) => {
      if (!known.includes(word)) throw new Error(`${refusal} ${quoteGo(word)}`);
      return word;
    },
    print: (word) => word,
  });
}

/** Why Go's `url.Parse` refuses a text; undefined when it takes it. */
export function urlFault(address: string): string | undefined {
  try {
    parseUrl(address);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether an address that {@link urlFault} takes has both a scheme and a host. */
export function hasSchemeAndHost(address: string): boolean {
  return /^[a-zA-Z][\w+.-]*:\/\/[^/?#]/.test(address);
}
