/** The file a node stands in. Relative paths in it start from `folder`. */
export interface YamlSource {
  readonly file: string;
  readonly folder: string;
  /**
   * Which of upstream's two YAML libraries reads such files, `v2` unless told. In complaints the newer one prefers the
   * line where what it was reading began and has other words for repeated keys, and it drops empty elements of lists.
   */
  readonly library?: 'v2' | 'v3';
}

export type ScalarTag = '!!str' | '!!int' | '!!float' | '!!bool' | '!!null';

/** A single value, as it was written and as what upstream's YAML library would take it. */
export class YamlScalar {
  constructor(
    readonly source: YamlSource,
    readonly line: number,
    readonly text: string,
    readonly tag: ScalarTag,
  ) {}
}

export class YamlSequence {
  constructor(
    readonly source: YamlSource,
    readonly line: number,
    readonly items: readonly YamlNode[],
  ) {}
}

export interface YamlEntry {
  readonly key: string;
  /** The line of the key. */
  readonly line: number;
  readonly value: YamlNode;
}

/** Entries in the order of the file; keys that stand there twice are kept for the section to complain about. */
export class YamlMapping {
  constructor(
    readonly source: YamlSource,
    readonly line: number,
    readonly entries: readonly YamlEntry[],
  ) {}

  get(key: string): YamlNode | undefined {
    return this.entries.find((entry) => entry.key === key)?.value;
  }
}

/** A YAML document without tags, anchors, aliases and merge keys: those are resolved. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

export function isYamlNode(value: unknown): value is YamlNode {
  return value instanceof YamlScalar || value instanceof YamlSequence || value instanceof YamlMapping;
}

export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (value instanceof YamlScalar && value.tag === '!!null');
}

/**
 * A value that is there and null. Upstream's YAML library makes Go's zero value of it (no default, but an empty text, 0
 * or false); its newer version leaves what was there.
 */
export function isGivenNull(value: unknown): boolean {
  return value instanceof YamlScalar && value.tag === '!!null' && value.source.library !== 'v3';
}

/** The line of the node at `path`, or of the nearest node above it that is in the file. */
export function lineAt(root: YamlNode, path: readonly PropertyKey[]): number {
  let line = root.line;
  let node: YamlNode | undefined = root;
  for (const step of path) {
    if (node instanceof YamlMapping) {
      const entry: YamlEntry | undefined = node.entries.find(({ key }) => key === step);
      if (entry === undefined) return line;
      // A mapping or a list begins on the line below its key; a value stands beside it.
      line = entry.value instanceof YamlScalar ? entry.value.line : entry.line;
      node = entry.value;
    } else if (node instanceof YamlSequence) {
      node = node.items[Number(step)];
      if (node === undefined) return line;
      line = node.line;
    } else {
      return line;
    }
  }
  return line;
}
