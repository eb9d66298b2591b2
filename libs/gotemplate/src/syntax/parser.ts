import { quoteGo, unquoteGo } from '../format/quote.js';
import { Lexer } from './lexer.js';
import {
  isEmptyList,
  type ArgumentNode,
  type BranchNode,
  type BreakNode,
  type CommandNode,
  type ListNode,
  type Node,
  type PipeNode,
  type TemplateNode,
  type Tree,
  type VariableNode,
} from './node.js';
import { nodeText } from './node-text.js';
import { readCharacterConstant, readNumber } from './number.js';
import { type Token } from './token.js';
import { TokenReader } from './token-reader.js';

/** Parentheses and blocks nested more deeply are an error; bounds recursion here and in all that walks the tree. */
const maxNesting = 500;

const operandKinds = [
  'bool',
  'characterConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParenthesis',
];

/** `{{end}}` or `{{else}}`, which end a list. */
interface ListEnd {
  readonly kind: 'end' | 'else';
}

/**
 * Parses one text with all its `define`s and `block`s. The list ends with the text's own tree. Where a name comes
 * twice, the one with content stands.
 *
 * @throws TemplateParseError
 */
export function parseTemplate(
  name: string,
  text: string,
  hasFunction: (name: string) => boolean,
): readonly Tree[] {
  return new Parser(name, text, hasFunction).parse();
}

class Parser {
  readonly #name: string;
  readonly #source: string;
  readonly #tokens: TokenReader;
  readonly #hasFunction: (name: string) => boolean;
  readonly #trees = new Map<string, Tree>();
  #variables: string[] = ['$'];
  #rangeDepth = 0;
  #nesting = 0;

  constructor(name: string, source: string, hasFunction: (name: string) => boolean) {
    this.#name = name;
    this.#source = source;
    this.#hasFunction = hasFunction;
    this.#tokens = new TokenReader(name, new Lexer(source).tokens());
  }

  parse(): readonly Tree[] {
    const nodes: Node[] = [];
    while (this.#tokens.peek().kind !== 'eof') {
      if (this.#tokens.peek().kind === 'leftDelimiter') {
        const mark = this.#tokens.mark();
        this.#tokens.next();
        if (this.#tokens.nextNonSpace().kind === 'define') {
          this.#definition();
          continue;
        }
        this.#tokens.rewind(mark);
      }
      const node = this.#textOrAction();
      if (isListEnd(node)) this.#tokens.fail(`unexpected {{${node.kind}}}`);
      nodes.push(node);
    }
    this.#add(this.#name, { kind: 'list', position: 0, nodes });
    return [...this.#trees.values()];
  }

  #add(name: string, root: ListNode): void {
    const known = this.#trees.get(name);
    if (known === undefined || isEmptyList(known.root)) {
      this.#trees.delete(name);
      this.#trees.set(name, { name, parseName: this.#name, source: this.#source, root });
    } else if (!isEmptyList(root)) {
      this.#tokens.fail(`template: multiple definition of template ${quoteGo(name)}`);
    }
  }

  #definition(): void {
    const context = 'define clause';
    const name = this.#unquoted(this.#tokens.expect(['string', 'rawString'], context));
    this.#tokens.expect(['rightDelimiter'], context);
    this.#add(name, this.#body(context));
  }

  /** The content of a `define` or `block`, with variables of its own. */
  #body(context: string): ListNode {
    const outer = { variables: this.#variables, rangeDepth: this.#rangeDepth };
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const { list, end } = this.#itemList();
    if (end.kind !== 'end') this.#tokens.fail(`unexpected {{${end.kind}}} in ${context}`);
    this.#variables = outer.variables;
    this.#rangeDepth = outer.rangeDepth;
    return list;
  }

  #itemList(): { readonly list: ListNode; readonly end: ListEnd } {
    if (++this.#nesting > maxNesting) this.#tokens.fail(`nested more than ${maxNesting} deep`);
    const position = this.#tokens.peekNonSpace().position;
    const nodes: Node[] = [];
    while (this.#tokens.peekNonSpace().kind !== 'eof') {
      const node = this.#textOrAction();
      if (isListEnd(node)) {
        this.#nesting--;
        return { list: { kind: 'list', position, nodes }, end: node };
      }
      nodes.push(node);
    }
    this.#tokens.fail('unexpected EOF');
  }

  #textOrAction(): Node | ListEnd {
    const token = this.#tokens.nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', position: token.position, text: token.text };
    if (token.kind !== 'leftDelimiter') this.#tokens.unexpected(token, 'input');
    this.#tokens.actionLine = token.line;
    const node = this.#action();
    this.#tokens.actionLine = 0;
    return node;
  }

  #action(): Node | ListEnd {
    const mark = this.#tokens.mark();
    const token = this.#tokens.nextNonSpace();
    switch (token.kind) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#breakOrContinue(token, token.kind);
      case 'else':
        return this.#elseClause();
      case 'end':
        this.#tokens.expect(['rightDelimiter'], 'end');
        return { kind: 'end' };
      case 'if':
      case 'range':
      case 'with':
        return this.#control(token.kind);
      case 'template':
        return this.#templateClause();
      default: {
        this.#tokens.rewind(mark);
        const position = this.#tokens.peek().position;
        return { kind: 'action', position, pipe: this.#pipeline('command', 'rightDelimiter') };
      }
    }
  }

  #elseClause(): ListEnd {
    const following = this.#tokens.peekNonSpace().kind;
    if (following !== 'if' && following !== 'with') this.#tokens.expect(['rightDelimiter'], 'else');
    return { kind: 'else' };
  }

  #breakOrContinue(token: Token, kind: 'break' | 'continue'): BreakNode {
    const next = this.#tokens.nextNonSpace();
    if (next.kind !== 'rightDelimiter') this.#tokens.unexpected(next, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#tokens.fail(`{{${kind}}} outside {{range}}`);
    return { kind, position: token.position, line: token.line };
  }

  #control(kind: BranchNode['kind']): BranchNode {
    const scope = this.#variables.length;
    const pipe = this.#pipeline(kind, 'rightDelimiter');
    if (kind === 'range') this.#rangeDepth++;
    const { list, end } = this.#itemList();
    if (kind === 'range') this.#rangeDepth--;
    const elseList = end.kind === 'else' ? this.#elseList(kind) : undefined;
    this.#variables.length = scope;
    return { kind, position: pipe.position, line: pipe.line, pipe, list, elseList };
  }

  #elseList(kind: BranchNode['kind']): ListNode {
    const token = this.#tokens.peek();
    if (kind !== 'range' && token.kind === kind) {
      // `{{else if}}` shares the `{{end}}` of its `{{if}}`.
      this.#tokens.next();
      if (++this.#nesting > maxNesting) this.#tokens.fail(`nested more than ${maxNesting} deep`);
      const inner = this.#control(kind);
      this.#nesting--;
      return { kind: 'list', position: token.position, nodes: [inner] };
    }
    const { list, end } = this.#itemList();
    if (end.kind !== 'end') this.#tokens.fail(`expected end; found {{${end.kind}}}`);
    return list;
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'rightDelimiter');
    this.#add(name, this.#body(context));
    return { kind: 'template', position: token.position, line: token.line, name, pipe };
  }

  #templateClause(): TemplateNode {
    const context = 'template clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const mark = this.#tokens.mark();
    let pipe: PipeNode | undefined;
    if (this.#tokens.nextNonSpace().kind !== 'rightDelimiter') {
      this.#tokens.rewind(mark);
      pipe = this.#pipeline(context, 'rightDelimiter');
    }
    return { kind: 'template', position: token.position, line: token.line, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'rawString') this.#tokens.unexpected(token, context);
    return this.#unquoted(token);
  }

  #unquoted(token: Token): string {
    const text = unquoteGo(token.text);
    if (text === undefined) this.#tokens.fail('invalid syntax');
    return text;
  }

  #pipeline(context: string, end: 'rightDelimiter' | 'rightParenthesis'): PipeNode {
    if (++this.#nesting > maxNesting) this.#tokens.fail(`nested more than ${maxNesting} deep`);
    const { position, line } = this.#tokens.peekNonSpace();
    const { declarations, isAssign } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const mark = this.#tokens.mark();
      const token = this.#tokens.nextNonSpace();
      if (token.kind === end) {
        this.#checkPipeline(commands, context);
        this.#nesting--;
        return { kind: 'pipe', position, line, isAssign, declarations, commands };
      }
      if (!operandKinds.includes(token.kind)) this.#tokens.unexpected(token, context);
      this.#tokens.rewind(mark);
      commands.push(this.#command());
    }
  }

  #declarations(context: string): {
    readonly declarations: readonly VariableNode[];
    readonly isAssign: boolean;
  } {
    const declarations: VariableNode[] = [];
    for (;;) {
      this.#tokens.peekNonSpace();
      const mark = this.#tokens.mark();
      const token = this.#tokens.peek();
      if (token.kind !== 'variable') return { declarations, isAssign: false };
      this.#tokens.next();
      const following = this.#tokens.peekNonSpace();
      const isComma = following.kind === 'char' && following.text === ',';
      if (following.kind !== 'assign' && following.kind !== 'declare' && !isComma) {
        this.#tokens.rewind(mark);
        return { declarations, isAssign: false };
      }
      this.#tokens.nextNonSpace();
      declarations.push({ kind: 'variable', position: token.position, names: token.text.split('.') });
      this.#variables.push(token.text);
      if (!isComma) return { declarations, isAssign: following.kind === 'assign' };
      if (context !== 'range' || declarations.length >= 2) {
        this.#tokens.fail(`too many declarations in ${context}`);
      }
      if (!['variable', 'rightDelimiter', 'rightParenthesis'].includes(this.#tokens.peekNonSpace().kind)) {
        this.#tokens.fail('range can only initialize variables');
      }
    }
  }

  #checkPipeline(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.#tokens.fail(`missing value for ${context}`);
    for (const [index, command] of commands.entries()) {
      const first = command.args[0]?.kind ?? 'nil';
      if (index > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(first)) {
        this.#tokens.fail(`non executable command in pipeline stage ${index + 1}`);
      }
    }
  }

  #command(): CommandNode {
    const position = this.#tokens.peekNonSpace().position;
    const args: ArgumentNode[] = [];
    for (;;) {
      this.#tokens.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const mark = this.#tokens.mark();
      const token = this.#tokens.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'rightDelimiter' || token.kind === 'rightParenthesis') this.#tokens.rewind(mark);
      else if (token.kind !== 'pipe') this.#tokens.unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.#tokens.fail('empty command');
    return { kind: 'command', position, args };
  }

  /** A term with the fields that follow it. */
  #operand(): ArgumentNode | undefined {
    const node = this.#term();
    if (node === undefined || this.#tokens.peek().kind !== 'field') return node;
    const position = this.#tokens.peek().position;
    const names: string[] = [];
    while (this.#tokens.peek().kind === 'field') names.push(this.#tokens.next().text.slice(1));
    if (node.kind === 'field' || node.kind === 'variable') {
      return { ...node, position, names: [...node.names, ...names] };
    }
    if (node.kind === 'identifier' || node.kind === 'pipe' || node.kind === 'chain') {
      return { kind: 'chain', position, node, names };
    }
    this.#tokens.fail(`unexpected . after term ${quoteGo(nodeText(node))}`);
  }

  #term(): ArgumentNode | undefined {
    const mark = this.#tokens.mark();
    const token = this.#tokens.nextNonSpace();
    const { position, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!this.#hasFunction(text)) this.#tokens.fail(`function ${quoteGo(text)} not defined`);
        return { kind: 'identifier', position, name: text };
      case 'dot':
        return { kind: 'dot', position };
      case 'nil':
        return { kind: 'nil', position };
      case 'variable':
        if (!this.#variables.includes(text)) this.#tokens.fail(`undefined variable ${quoteGo(text)}`);
        return { kind: 'variable', position, names: [text] };
      case 'field':
        return { kind: 'field', position, names: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', position, value: text === 'true' };
      case 'complex':
      case 'characterConstant':
      case 'number':
        return this.#number(token);
      case 'leftParenthesis':
        return this.#pipeline('parenthesized pipeline', 'rightParenthesis');
      case 'string':
      case 'rawString':
        return { kind: 'string', position, quoted: text, text: this.#unquoted(token) };
      default:
        this.#tokens.rewind(mark);
        return undefined;
    }
  }

  #number(token: Token): ArgumentNode {
    const { position, text } = token;
    if (token.kind === 'complex' || text.endsWith('i'))
      this.#tokens.fail(`complex constants are not supported: ${text}`);
    const isCharacter = token.kind === 'characterConstant';
    const constant = isCharacter ? readCharacterConstant(text) : readNumber(text);
    if ('fault' in constant) this.#tokens.fail(constant.fault);
    return { kind: 'number', position, text, isCharacter, ...constant };
  }
}

function isListEnd(node: Node | ListEnd): node is ListEnd {
  return node.kind === 'end' || node.kind === 'else';
}
