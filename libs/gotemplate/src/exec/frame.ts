import { TemplateExecutionError } from '../errors.js';
import { quoteGo } from '../format/quote.js';
import { type AnyNode, type Tree } from '../syntax/node.js';
import { nodeText } from '../syntax/node-text.js';
import { type Operand } from '../values/reflect.js';

interface Variable {
  readonly name: string;
  value: Operand;
}

/** One template being carried out: its variables and the node it is at. */
export class Frame {
  readonly tree: Tree;
  readonly depth: number;
  readonly #variables: Variable[];
  #node: AnyNode | undefined;

  constructor(tree: Tree, data: Operand, depth: number) {
    this.tree = tree;
    this.depth = depth;
    this.#variables = [{ name: '$', value: data }];
  }

  /** Names the node that errors are reported at. */
  at(node: AnyNode): void {
    this.#node = node;
  }

  /** The height of the stack of variables, for {@link release}. */
  mark(): number {
    return this.#variables.length;
  }

  release(mark: number): void {
    this.#variables.length = mark;
  }

  declare(name: string, value: Operand): void {
    this.#variables.push({ name, value });
  }

  /** Sets the n-th variable from the top. */
  setTop(n: number, value: Operand): void {
    const variable = this.#variables.at(-n);
    if (variable !== undefined) variable.value = value;
  }

  assign(name: string, value: Operand): void {
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) this.fail(`undefined variable: ${name}`);
    variable.value = value;
  }

  variable(name: string): Operand {
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) this.fail(`undefined variable: ${name}`);
    return variable.value;
  }

  /** @throws TemplateExecutionError always */
  fail(message: string, cause?: unknown): never {
    const { tree } = this;
    let text = `template: ${tree.name}: ${message}`;
    if (this.#node !== undefined) {
      const place = placeOf(tree, this.#node.position);
      text = `template: ${place}: executing ${quoteGo(tree.name)} at <${nodeText(this.#node)}>: ${message}`;
    }
    throw new TemplateExecutionError(text, { cause });
  }
}

/** `name:line:column`, the column counted in bytes from 0. */
export function placeOf(tree: Tree, position: number): string {
  const before = tree.source.slice(0, position);
  const lines = before.split('\n');
  const column = new TextEncoder().encode(lines.at(-1) ?? '').length;
  return `${tree.parseName}:${lines.length}:${column}`;
}
