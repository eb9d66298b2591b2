import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { ConfigError } from './errors.js';
import { taggedScalar } from './explicit-tag.js';
import { plainScalarTag } from './scalar-tag.js';
import { syntaxFault, type SyntaxFault } from './syntax-fault.js';
import {
  YamlMapping,
  YamlScalar,
  YamlSequence,
  type YamlEntry,
  type YamlNode,
  type YamlSource,
} from './yaml-node.js';

/** More nodes than this, aliases expanded, are refused: a few lines of aliases can stand for billions. */
const MOST_NODES = 1_000_000;

const STRING_TAG = 'tag:yaml.org,2002:str';
const FORBIDDEN = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\uffff]|[\ufffe\uffff]/;

export interface ParsedYaml {
  /** The first document; undefined when the text is empty or only comments. */
  readonly root: YamlNode | undefined;
  /** How many documents there are: upstream reads the first and leaves out the rest. */
  readonly documentCount: number;
}

/** @throws ConfigError when the text is nested deeper than the parser can follow. */
function documentsOf(
  text: string,
  source: YamlSource,
  lineCounter: LineCounter,
): ReturnType<typeof parseAllDocuments> {
  try {
    return parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      merge: true,
      logLevel: 'silent',
      stringKeys: false,
    });
  } catch (cause) {
    // The parser calls itself for each level.
    if (!(cause instanceof RangeError)) throw cause;
    throw new ConfigError('SYNTAX', { file: source.file }, 'yaml: exceeded max depth', { cause });
  }
}

/**
 * Reads YAML into nodes that know their lines.
 * @throws ConfigError with code `SYNTAX`.
 */
export function parseYaml(text: string, source: YamlSource): ParsedYaml {
  const control = FORBIDDEN.exec(text);
  if (control !== null) {
    const line = text.slice(0, control.index).split('\n').length;
    throw new ConfigError('SYNTAX', { file: source.file, line }, 'yaml: control characters are not allowed');
  }
  const lines = new LineCounter();
  const documents = documentsOf(text, source, lines);
  if (!Array.isArray(documents)) return { root: undefined, documentCount: 0 };
  const [document] = documents;
  if (document === undefined) return { root: undefined, documentCount: 0 };
  const fault = syntaxFault(document.errors, text);
  if (fault !== undefined) {
    const { line } = lines.linePos(fault.offset);
    const place = toldLine(fault, lines, source.library === 'v3');
    throw new ConfigError('SYNTAX', { file: source.file, line }, `yaml: ${place}${fault.words}`);
  }
  if (document.contents === null) return { root: undefined, documentCount: documents.length };
  const converter = new Converter(document, lines, source);
  return { root: converter.node(document.contents), documentCount: documents.length };
}

/** The line as upstream's two YAML libraries tell it: the newer one prefers where what it was reading began. */
function toldLine(fault: SyntaxFault, lines: LineCounter, contextFirst: boolean): string {
  const indexOf = (offset: number | undefined): number =>
    offset === undefined ? 0 : lines.linePos(offset).line - 1;
  const problem = indexOf(fault.offset);
  const context = indexOf(fault.context);
  const index = contextFirst ? context || problem : problem || context;
  if (index === 0) return '';
  return `line ${fault.by === 'scanner' ? index + 1 : index}: `;
}

/** What each alias stands for: the last node above it with that anchor. */
function aliasTargets(document: Document): ReadonlyMap<Alias, Node> {
  const anchored = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias: (_key, alias) => {
      const target = anchored.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
  });
  return targets;
}

class Converter {
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #lines: LineCounter;
  readonly #source: YamlSource;
  #nodeCount = 0;
  readonly #open = new Set<Node>();

  constructor(document: Document, lines: LineCounter, source: YamlSource) {
    this.#targets = aliasTargets(document);
    this.#lines = lines;
    this.#source = source;
  }

  node(node: Node): YamlNode {
    if (++this.#nodeCount > MOST_NODES) throw this.#refuse(node, 'document contains excessive aliasing');
    const line = this.#lineOf(node);
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (target === undefined) throw this.#refuse(node, `unknown anchor '${node.source}' referenced`);
      if (this.#open.has(target)) throw this.#refuse(node, `anchor '${node.source}' value contains itself`);
      return this.node(target);
    }
    if (isScalar(node)) return this.#scalar(node, line);
    this.#open.add(node);
    const converted = isMap(node)
      ? new YamlMapping(this.#source, line, this.#entries(node))
      : new YamlSequence(
          this.#source,
          line,
          isSeq(node) ? node.items.map((item) => this.#item(item, line)) : [],
        );
    this.#open.delete(node);
    return converted;
  }

  #scalar(node: Scalar, line: number): YamlScalar {
    const { source: written, type: style, value, tag } = node;
    if (tag !== undefined && tag !== STRING_TAG) {
      const tagged = taggedScalar(written ?? '', tag);
      if ('refusal' in tagged) throw this.#refuse(node, tagged.refusal);
      return new YamlScalar(this.#source, line, tagged.text, tagged.tag);
    }
    if (style === 'PLAIN' && tag === undefined) {
      const text = written ?? '';
      return new YamlScalar(this.#source, line, text, plainScalarTag(text));
    }
    const isNull = value === null && style === undefined;
    return new YamlScalar(this.#source, line, isNull ? '' : String(value), isNull ? '!!null' : '!!str');
  }

  #item(item: unknown, line: number): YamlNode {
    if (isPair(item)) return new YamlMapping(this.#source, line, [this.#entry(item.key, item.value, line)]);
    return this.node(item as Node);
  }

  #entries(map: YAMLMap): YamlEntry[] {
    const entries: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    const line = this.#lineOf(map);
    for (const { key, value } of map.items) {
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<')
        merged.push(...this.#merged(value as Node));
      else entries.push(this.#entry(key, value, line));
    }
    const own = new Set(entries.map((entry) => entry.key));
    for (const entry of merged) {
      if (own.has(entry.key)) continue;
      own.add(entry.key);
      entries.push(entry);
    }
    return entries;
  }

  #merged(value: Node): readonly YamlEntry[] {
    const node = this.node(value);
    if (node instanceof YamlMapping) return node.entries;
    if (node instanceof YamlSequence && node.items.every((item) => item instanceof YamlMapping)) {
      return node.items.flatMap((item) => item.entries);
    }
    throw this.#refuse(value, 'map merge requires map or sequence of maps as the value');
  }

  #entry(key: unknown, value: unknown, mapLine: number): YamlEntry {
    const keyNode = this.node(key as Node);
    const line = keyNode.line;
    // Such as braces within braces, `{{ $value }}`: no field is called that, but the mapping is one.
    const name = keyNode instanceof YamlScalar ? keyNode.text : String(key);
    const node = value === null ? undefined : (value as Node);
    const absent = new YamlScalar(this.#source, line || mapLine, '', '!!null');
    return { key: name, line, value: node === undefined ? absent : this.node(node) };
  }

  #lineOf(node: Node): number {
    return node.range ? this.#lines.linePos(node.range[0]).line : 1;
  }

  #refuse(node: Node, words: string): ConfigError {
    const line = this.#lineOf(node);
    return new ConfigError('SYNTAX', { file: this.#source.file, line }, `yaml: ${words}`);
  }
}
