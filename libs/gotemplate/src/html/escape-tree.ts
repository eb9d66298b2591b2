import { TemplateEscapeError } from '../errors.js';
import { placeOf } from '../exec/frame.js';
import { quoteGo } from '../format/quote.js';
import {
  isEmptyList,
  type BranchNode,
  type BreakNode,
  type ListNode,
  type Node,
  type TemplateNode,
  type Tree,
} from '../syntax/node.js';
import { contextOf, contextText, nudge, sameContext, textContext, type Context } from './context.js';
import { escapeAction } from './escape-action.js';
import { escapeOwnText } from './escape-text.js';
import { EscapeFault } from './fault.js';

/** A part of a template, escaped, and the context behind it. */
interface Escaped<N> {
  readonly node: N;
  readonly context: Context;
}

/** A `break` or `continue` of the range around, and the context there. */
interface RangeExit {
  readonly node: BreakNode;
  readonly context: Context;
}

/**
 * Escapes a set of templates, starting from one. A template called from another context than text is escaped anew for
 * it under a name of its own.
 */
export class TreeEscaper {
  readonly #source: (name: string) => Tree | undefined;
  readonly #trees = new Map<string, Tree>();
  /** The context behind each template escaped so far, assumed while it is being escaped. */
  readonly #outputs = new Map<string, Context>();
  #called = new Set<string>();

  constructor(source: (name: string) => Tree | undefined) {
    this.#source = source;
  }

  /** The escaped templates, by the names under which they call each other. */
  get trees(): ReadonlyMap<string, Tree> {
    return this.#trees;
  }

  /** @throws TemplateEscapeError */
  escape(name: string): void {
    let context: Context;
    try {
      context = this.#tree(textContext, name).context;
    } catch (error) {
      if (error instanceof EscapeFault)
        throw new TemplateEscapeError(withName(name, error.message), { cause: error });
      throw error;
    }
    if (context.state !== 'Text') {
      throw new TemplateEscapeError(withName(name, `ends in a non-text context: ${contextText(context)}`));
    }
  }

  #tree(context: Context, name: string): { readonly context: Context; readonly name: string } {
    const mangled = mangle(context, name);
    this.#called.add(mangled);
    const known = this.#outputs.get(mangled);
    if (known !== undefined) return { context: known, name: mangled };
    const tree = this.#source(name);
    if (tree === undefined) throw new EscapeFault(`no such template ${quoteGo(name)}`);
    if (isEmptyList(tree.root) && tree.root.nodes.length === 0 && tree.name !== tree.parseName) {
      this.#trees.set(mangled, { ...tree, name: mangled });
      this.#outputs.set(mangled, context);
      return { context, name: mangled };
    }
    return { context: this.#outputContext(context, { ...tree, name: mangled }), name: mangled };
  }

  /** Escapes a template that may call itself, for which the context behind it must be assumed first. */
  #outputContext(context: Context, tree: Tree): Context {
    let assumed = context;
    for (let attempt = 0; attempt < 2; attempt++) {
      this.#outputs.set(tree.name, assumed);
      const outerCalls = this.#called;
      this.#called = new Set();
      const body = new BodyEscaper(tree, (inner, called) => this.#tree(inner, called)).list(
        context,
        tree.root,
      );
      const callsItself = this.#called.has(tree.name);
      for (const name of this.#called) outerCalls.add(name);
      this.#called = outerCalls;
      if (!callsItself || sameContext(body.context, assumed)) {
        this.#outputs.set(tree.name, body.context);
        this.#trees.set(tree.name, { ...tree, root: body.node });
        return body.context;
      }
      assumed = body.context;
    }
    throw new EscapeFault(`cannot compute output context for template ${tree.name}`);
  }
}

function withName(name: string, message: string): string {
  return name === '' ? `html/template: ${message}` : `html/template:${name}: ${message}`;
}

function mangle(context: Context, name: string): string {
  if (sameContext(context, textContext)) return name;
  return `${name}$htmltemplate_${contextText(context)}`;
}

/** Escapes the nodes of one template. */
class BodyEscaper {
  readonly #tree: Tree;
  readonly #call: (context: Context, name: string) => { readonly context: Context; readonly name: string };
  readonly #ranges: RangeExit[][] = [];

  constructor(
    tree: Tree,
    call: (context: Context, name: string) => { readonly context: Context; readonly name: string },
  ) {
    this.#tree = tree;
    this.#call = call;
  }

  list(context: Context, list: ListNode): Escaped<ListNode> {
    let current = context;
    const nodes: Node[] = [];
    for (const node of list.nodes) {
      const escaped = this.#node(current, node);
      nodes.push(escaped.node);
      current = escaped.context;
      if (current.state === 'Dead') break;
    }
    return { node: { ...list, nodes }, context: current };
  }

  #node(context: Context, node: Node): Escaped<Node> {
    switch (node.kind) {
      case 'text': {
        const { text, context: behind } = escapeOwnText(context, node.text);
        return { node: { ...node, text }, context: behind };
      }
      case 'action': {
        // A declaration prints nothing.
        if (node.pipe.declarations.length > 0) return { node, context };
        const escaped = this.#located(node.pipe.position, () => escapeAction(context, node.pipe));
        return { node: { ...node, pipe: escaped.pipe }, context: escaped.context };
      }
      case 'list':
        return this.list(context, node);
      case 'break':
      case 'continue':
        this.#ranges.at(-1)?.push({ node, context });
        return { node, context: contextOf('Dead') };
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(context, node);
      case 'template':
        return this.#template(context, node);
    }
  }

  #template(context: Context, node: TemplateNode): Escaped<Node> {
    const called = this.#located(node.position, () => this.#call(context, node.name), 'no such template');
    return { node: { ...node, name: called.name }, context: called.context };
  }

  #branch(context: Context, node: BranchNode): Escaped<Node> {
    const exits: RangeExit[] = [];
    if (node.kind === 'range') this.#ranges.push(exits);
    const body = this.list(context, node.list);
    let behind = body.context;
    if (node.kind === 'range') {
      behind = this.#joinExits(behind, exits, node);
      // What one round leaves behind is what the next begins with.
      let again: Context;
      try {
        again = this.list(behind, node.list).context;
        behind = this.#join(behind, again, node);
        behind = this.#joinExits(behind, exits, node);
      } catch (error) {
        if (!(error instanceof EscapeFault)) throw error;
        const place = `html/template:${this.#tree.parseName}:${node.line}`;
        throw new TemplateEscapeError(`${place}: on range loop re-entry: ${error.message}`, { cause: error });
      }
      this.#ranges.pop();
    }
    const otherwise = node.elseList === undefined ? undefined : this.list(context, node.elseList);
    const joined = this.#join(behind, otherwise?.context ?? context, node);
    return { node: { ...node, list: body.node, elseList: otherwise?.node }, context: joined };
  }

  #joinExits(context: Context, exits: readonly RangeExit[], range: BranchNode): Context {
    const ordered = [
      ...exits.filter(({ node }) => node.kind === 'break'),
      ...exits.filter(({ node }) => node.kind === 'continue'),
    ];
    return ordered.reduce(
      (joined, exit) =>
        this.#join(joined, exit.context, range, exit.node, `at range loop ${exit.node.kind}: `),
      context,
    );
  }

  #join(left: Context, right: Context, branch: BranchNode, at: Node = branch, lead = ''): Context {
    const joined = joinContexts(left, right);
    if (joined !== undefined) return joined;
    const contexts = `${contextText(left)}, ${contextText(right)}`;
    return this.#located(at.position, () => {
      throw new EscapeFault(`${lead}{{${branch.kind}}} branches end in different contexts: ${contexts}`);
    });
  }

  /** Runs a step whose faults are reported at a place; with `only`, just those that begin so. */
  #located<Result>(position: number, step: () => Result, only = ''): Result {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof EscapeFault) || !error.message.startsWith(only)) throw error;
      const place = placeOf(this.#tree, position);
      throw new TemplateEscapeError(`html/template:${place}: ${error.message}`, { cause: error });
    }
  }
}

/** The context after two branches; undefined where they do not go together. */
function joinContexts(left: Context, right: Context): Context | undefined {
  if (left.state === 'Dead') return right;
  if (right.state === 'Dead' || sameContext(left, right)) return left;
  if (sameContext({ ...left, urlPart: right.urlPart }, right)) return { ...left, urlPart: 'Unknown' };
  if (sameContext({ ...left, jsContext: right.jsContext }, right)) return { ...left, jsContext: 'Unknown' };
  // `<p{{if .X}} id{{end}}` leaves one branch in front of an attribute name and the other in it.
  const nudgedLeft = nudge(left);
  const nudgedRight = nudge(right);
  if (sameContext(nudgedLeft, left) && sameContext(nudgedRight, right)) return undefined;
  return joinContexts(nudgedLeft, nudgedRight);
}
