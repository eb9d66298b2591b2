import { isAbsolute, join } from 'node:path';
import { parsed, type Field, type FieldOptions } from './scalar-fields.js';
import { parseUrl } from './url.js';

/** The path of a file or a glob of files; a relative one starts from the folder of the configuration file. */
export function filePath(
  options: Pick<FieldOptions<string>, 'always'> & {
    /** What is wrong with a path as it is written. */
    readonly refuse?: (path: string) => string | undefined;
  } = {},
): Field<string> {
  return parsed('', {
    parse: (path, node) => {
      const refusal = options.refuse?.(path);
      if (refusal !== undefined) throw new Error(refusal);
      return path === '' || isAbsolute(path) ? path : join(node.source.folder, path);
    },
    print: (path) => (path === '' && options.always !== true ? null : path),
  });
}

/** A URL as upstream's `config.URL` takes it, in the normal form; absent and empty are the empty text. */
export function url(options: FieldOptions<string> = {}): Field<string> {
  return parsed(options.default ?? '', {
    parse: (address) => parseUrl(address),
    print: (address) => (address === '' && options.always !== true ? null : withoutPassword(address)),
  });
}

function withoutPassword(address: string): string {
  return address.replace(/^([a-zA-Z][\w+.-]*:\/\/[^/?#@]*?):[^/?#@]*@/, '$1:xxxxx@');
}
