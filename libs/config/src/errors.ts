export const CONFIG_ERROR_CODES = ['SYNTAX', 'TYPE', 'VALUE', 'READ'] as const;
/**
 * - `SYNTAX`: the text is no YAML.
 * - `TYPE`: unknown or repeated fields, values of the wrong kind.
 * - `VALUE`: a value that cannot be used, alone or beside the others.
 * - `READ`: the file could not be read.
 */
export type ConfigErrorCode = (typeof CONFIG_ERROR_CODES)[number];

/** A configuration file cannot be used. The message is upstream's, without the name of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;
  /** The file as it was named to us. */
  readonly file: string;
  /** The first line at fault, counted from one; undefined where none is. */
  readonly line: number | undefined;

  constructor(
    code: ConfigErrorCode,
    where: { readonly file: string; readonly line?: number | undefined },
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.file = where.file;
    this.line = where.line;
  }

  /** The sentence of `prometheus` and `promtool`, which names the file. */
  get sentence(): string {
    return this.code === 'READ' ? this.message : `parsing YAML file ${this.file}: ${this.message}`;
  }
}
