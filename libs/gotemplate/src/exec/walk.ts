import { quoteGo } from '../format/quote.js';
import { printed } from '../format/printed.js';
import {
  type AnyNode,
  type BranchNode,
  type ListNode,
  type Node,
  type TemplateNode,
  type Tree,
} from '../syntax/node.js';
import { nodeText } from '../syntax/node-text.js';
import { isTrue, shapeOf, sortedEntries, typeName, type Operand } from '../values/reflect.js';
import { type Environment, type Step } from './environment.js';
import { Evaluator } from './evaluate.js';
import { Frame } from './frame.js';

/** How a list ended: by itself, or at a `break` or `continue` of a range around it. */
type Flow = 'end' | 'break' | 'continue';

/** Carries out one template, writing to the environment's output. */
export function* executeTree(environment: Environment, tree: Tree, data: Operand): Step<void> {
  yield* new Walker(environment, new Frame(tree, data, 1)).list(data, tree.root);
}

class Walker {
  readonly #environment: Environment;
  readonly #frame: Frame;
  readonly #evaluator: Evaluator;

  constructor(environment: Environment, frame: Frame) {
    this.#environment = environment;
    this.#frame = frame;
    this.#evaluator = new Evaluator(environment, frame);
    environment.meter.depth(frame.depth);
  }

  *list(dot: Operand, list: ListNode): Step<Flow> {
    for (const node of list.nodes) {
      const flow: Flow = yield* this.#node(dot, node);
      if (flow !== 'end') return flow;
    }
    return 'end';
  }

  *#node(dot: Operand, node: Node): Step<Flow> {
    this.#environment.meter.step();
    this.#frame.at(node);
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'end';
      case 'action': {
        const value = yield* this.#evaluator.pipeline(dot, node.pipe);
        if (node.pipe.declarations.length === 0) this.#print(node, value);
        return 'end';
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'list':
        return yield* this.list(dot, node);
      case 'if':
      case 'with':
        return yield* this.#ifOrWith(dot, node);
      case 'range':
        return yield* this.#range(dot, node);
      case 'template':
        yield* this.#template(dot, node);
        return 'end';
    }
  }

  #write(text: string): void {
    this.#environment.meter.output(text.length);
    this.#environment.output.push(text);
  }

  #print(node: AnyNode, value: Operand): void {
    this.#frame.at(node);
    if (value === undefined || value === null) {
      this.#write('<no value>');
      return;
    }
    if (shapeOf(value).kind === 'func') {
      this.#frame.fail(`can't print ${nodeText(node)} of type ${typeName(value)}`);
    }
    this.#write(printed(value));
  }

  *#ifOrWith(dot: Operand, node: BranchNode): Step<Flow> {
    const mark = this.#frame.mark();
    const value = yield* this.#evaluator.pipeline(dot, node.pipe);
    let flow: Flow = 'end';
    if (isTrue(value)) flow = yield* this.list(node.kind === 'with' ? value : dot, node.list);
    else if (node.elseList !== undefined) flow = yield* this.list(dot, node.elseList);
    this.#frame.release(mark);
    return flow;
  }

  *#range(dot: Operand, node: BranchNode): Step<Flow> {
    const outer = this.#frame.mark();
    const value = yield* this.#evaluator.pipeline(dot, node.pipe);
    let empty = true;
    for (const [index, item] of this.#items(node, value)) {
      empty = false;
      const flow: Flow = yield* this.#iteration(node, index, item);
      if (flow === 'break') break;
    }
    let flow: Flow = 'end';
    if (empty && node.elseList !== undefined) flow = yield* this.list(dot, node.elseList);
    this.#frame.release(outer);
    return flow;
  }

  *#iteration(node: BranchNode, index: Operand, item: Operand): Step<Flow> {
    this.#environment.meter.step();
    const mark = this.#frame.mark();
    const [first, second] = node.pipe.declarations;
    // With two variables the index comes first; one variable is the element.
    if (first !== undefined) {
      const value = second === undefined ? item : index;
      if (node.pipe.isAssign) this.#frame.assign(first.names[0] ?? '', value);
      else this.#frame.setTop(second === undefined ? 1 : 2, value);
    }
    if (second !== undefined) {
      if (node.pipe.isAssign) this.#frame.assign(second.names[0] ?? '', item);
      else this.#frame.setTop(1, item);
    }
    const flow = yield* this.list(item, node.list);
    this.#frame.release(mark);
    return flow;
  }

  *#items(node: BranchNode, value: Operand): Generator<[Operand, Operand]> {
    const shape = shapeOf(value);
    switch (shape.kind) {
      case 'nil':
        return;
      case 'slice':
        for (const [index, item] of shape.value.entries()) yield [BigInt(index), item];
        return;
      case 'map':
        yield* sortedEntries(shape.value);
        return;
      case 'int':
      case 'uint':
        if (node.pipe.declarations.length > 1) {
          this.#frame.fail(`can't use ${shape.value} to iterate over more than one variable`);
        }
        for (let count = 0n; count < shape.value; count++) yield [count, count];
        return;
      default:
        this.#frame.fail(`range can't iterate over ${printed(value ?? null)}`);
    }
  }

  *#template(dot: Operand, node: TemplateNode): Step<void> {
    const tree = this.#environment.template(node.name);
    if (tree === undefined) this.#frame.fail(`template ${quoteGo(node.name)} not defined`);
    const data = yield* this.#evaluator.pipeline(dot, node.pipe);
    // The template called sees none of the caller's variables.
    const frame = new Frame(tree, data, this.#frame.depth + 1);
    yield* new Walker(this.#environment, frame).list(data, tree.root);
  }
}
