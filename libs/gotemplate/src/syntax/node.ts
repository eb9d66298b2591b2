/** The syntax tree of a template. `position` is an offset in the text, in UTF-16 code units. */
interface Positioned {
  readonly position: number;
}

interface TextNode extends Positioned {
  readonly kind: 'text';
  readonly text: string;
}

export interface ListNode extends Positioned {
  readonly kind: 'list';
  readonly nodes: readonly Node[];
}

/** A pipeline whose value is printed, unless it declares variables. */
interface ActionNode extends Positioned {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

export interface PipeNode extends Positioned {
  readonly kind: 'pipe';
  readonly line: number;
  readonly isAssign: boolean;
  readonly declarations: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}

export interface CommandNode extends Positioned {
  readonly kind: 'command';
  readonly args: readonly ArgumentNode[];
}

interface IdentifierNode extends Positioned {
  readonly kind: 'identifier';
  readonly name: string;
}

/** `$x.Field.Field`: names[0] is the variable with its dollar sign. */
export interface VariableNode extends Positioned {
  readonly kind: 'variable';
  readonly names: readonly string[];
}

interface DotNode extends Positioned {
  readonly kind: 'dot';
}

interface NilNode extends Positioned {
  readonly kind: 'nil';
}

/** `.Field.Field` */
interface FieldNode extends Positioned {
  readonly kind: 'field';
  readonly names: readonly string[];
}

/** `(pipeline).Field.Field`, `function.Field` */
interface ChainNode extends Positioned {
  readonly kind: 'chain';
  readonly node: ArgumentNode;
  readonly names: readonly string[];
}

export interface BoolNode extends Positioned {
  readonly kind: 'bool';
  readonly value: boolean;
}

export interface StringNode extends Positioned {
  readonly kind: 'string';
  /** As written, with its quotes. */
  readonly quoted: string;
  readonly text: string;
}

/** An untyped constant: what it is as each type, where it can be. */
export interface NumberNode extends Positioned {
  readonly kind: 'number';
  readonly text: string;
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly isCharacter: boolean;
}

export interface BranchNode extends Positioned {
  readonly kind: 'if' | 'with' | 'range';
  readonly line: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}

export interface TemplateNode extends Positioned {
  readonly kind: 'template';
  readonly line: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

export interface BreakNode extends Positioned {
  readonly kind: 'break' | 'continue';
  readonly line: number;
}

export type ArgumentNode =
  | IdentifierNode
  | VariableNode
  | DotNode
  | NilNode
  | FieldNode
  | ChainNode
  | BoolNode
  | StringNode
  | NumberNode
  | PipeNode;

export type Node = TextNode | ListNode | ActionNode | BranchNode | TemplateNode | BreakNode;

export type AnyNode = Node | ArgumentNode | CommandNode;

/** One named template. */
export interface Tree {
  /** The name of its `define` or of the text as a whole. */
  readonly name: string;
  /** The name of the text it was parsed from, for positions in errors. */
  readonly parseName: string;
  /** That text. */
  readonly source: string;
  readonly root: ListNode;
}

/** True where a template holds nothing but space, so that it does not replace another of its name. */
export function isEmptyList(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}
