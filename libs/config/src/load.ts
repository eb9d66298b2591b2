import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type z } from 'zod';
import { ConfigError } from './errors.js';
import { type IssueParams } from './issues.js';
import { withoutUnknownFields } from './known-fields.js';
import { parseYaml } from './parse-yaml.js';
import { isAbsent, lineAt, YamlMapping, YamlScalar, type YamlNode, type YamlSource } from './yaml-node.js';

export interface Loaded<T> {
  readonly value: T;
  /** The text as it was read. */
  readonly text: string;
  /** More than one: all behind the first were left out. */
  readonly documentCount: number;
  /** The line of the value at a path, for complaints of a later check. */
  readonly lineAt: (path: readonly PropertyKey[]) => number;
  /** Whether a section of the outermost level stands in the text with anything in it. */
  readonly hasSection: (name: string) => boolean;
}

export interface DecodeOptions {
  /** Leave fields that the schema does not know out, instead of complaining. */
  readonly ignoreUnknownFields?: boolean;
}

/**
 * Reads a configuration file and decodes it.
 * @throws ConfigError with everything that is wrong of one kind.
 */
export async function loadConfigFile<T>(file: string, schema: z.ZodType<T>): Promise<Loaded<T>> {
  return decodeConfig(await readConfigText(file), { file, folder: dirname(file) }, schema);
}

/** @throws ConfigError with code `READ` and the operating system's reason in Go's words. */
export async function readConfigText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new ConfigError('READ', { file }, `open ${file}: ${systemReason(cause)}`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError('SYNTAX', { file }, 'yaml: invalid leading UTF-8 octet', { cause });
  }
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
};

function systemReason(cause: unknown): string {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return SYSTEM_REASONS[code] ?? String(cause);
}

/**
 * Decodes the text of a configuration file. An empty text is a file in which everything is absent.
 * @throws ConfigError
 */
export function decodeConfig<T>(
  text: string,
  source: YamlSource,
  schema: z.ZodType<T>,
  { ignoreUnknownFields = false }: DecodeOptions = {},
): Loaded<T> {
  const { root, documentCount } = parseYaml(text, source);
  let node = root ?? new YamlScalar(source, 1, '', '!!null');
  let result = schema.safeParse(node);
  while (ignoreUnknownFields && !result.success) {
    const known = withoutUnknownFields(node, result.error.issues);
    if (known === undefined) break;
    node = known;
    result = schema.safeParse(node);
  }
  if (!result.success) throw configError(result.error.issues, node, source);
  return {
    value: result.data,
    text,
    documentCount,
    lineAt: (path) => lineAt(node, path),
    hasSection: (name) => hasSection(node, name),
  };
}

function hasSection(root: YamlNode, name: string): boolean {
  return (
    root instanceof YamlMapping && root.entries.some(({ key, value }) => key === name && !isAbsent(value))
  );
}

interface Complaint {
  readonly kind: IssueParams['kind'];
  readonly line: number;
  readonly message: string;
}

/** Upstream's decoder stops at the first value it cannot use, and gathers everything of the wrong type or name. */
function configError(issues: readonly z.core.$ZodIssue[], root: YamlNode, source: YamlSource): ConfigError {
  const complaints = issues.flatMap((issue) => complaintsOf(issue, root)).sort((a, b) => a.line - b.line);
  const value = complaints.find(({ kind }) => kind === 'value');
  if (value !== undefined) {
    const where = { file: source.file, line: value.line };
    return new ConfigError('VALUE', where, value.message);
  }
  const lines = complaints.map(({ line, message }) => `\n  line ${line}: ${message}`);
  const where = { file: source.file, line: complaints[0]?.line };
  return new ConfigError('TYPE', where, `yaml: unmarshal errors:${lines.join('')}`);
}

function complaintsOf(issue: z.core.$ZodIssue, root: YamlNode): Complaint[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      kind: 'type',
      line: lineOfKey(root, issue.path, key),
      message: `field ${key} ${issue.message}`,
    }));
  }
  const params = issue.code === 'custom' ? (issue.params as Partial<IssueParams> | undefined) : undefined;
  return [
    {
      kind: params?.kind ?? 'value',
      line: params?.line ?? lineAt(root, issue.path),
      message: issue.message,
    },
  ];
}

function lineOfKey(root: YamlNode, path: readonly PropertyKey[], key: string): number {
  let node: YamlNode | undefined = root;
  for (const step of path) {
    if (node instanceof YamlMapping) node = node.get(String(step));
    else if (node !== undefined && 'items' in node) node = node.items[Number(step)];
  }
  const entry =
    node instanceof YamlMapping ? node.entries.find((candidate) => candidate.key === key) : undefined;
  return entry?.line ?? lineAt(root, path);
}
