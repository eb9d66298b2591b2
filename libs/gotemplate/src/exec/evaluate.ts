import { TemplateLimitError } from '../errors.js';
import { quoteGo } from '../format/quote.js';
import {
  type ArgumentNode,
  type AnyNode,
  type CommandNode,
  type NumberNode,
  type PipeNode,
} from '../syntax/node.js';
import { nodeText } from '../syntax/node-text.js';
import { isTrue, type Operand } from '../values/reflect.js';
import { type GoType, type GoValue, type TemplateFunction } from '../values/value.js';
import { types } from '../values/type.js';
import { assignmentFault } from './assignment.js';
import { and, call, or } from './builtins.js';
import { type Environment, type Step } from './environment.js';
import { constantOf, convert, literalOf } from './constants.js';
import { fieldOf } from './fields.js';
import { type Frame } from './frame.js';

/** The value piped into a command, where there is one; it may itself be no value. */
type Final = { readonly value: Operand } | undefined;

/** Finds the values of pipelines. Rules: https://pkg.go.dev/text/template#hdr-Pipelines */
export class Evaluator {
  readonly #environment: Environment;
  readonly #frame: Frame;

  constructor(environment: Environment, frame: Frame) {
    this.#environment = environment;
    this.#frame = frame;
  }

  /** The value of a pipeline, after its variables are set. */
  *pipeline(dot: Operand, pipe: PipeNode | undefined): Step<Operand> {
    if (pipe === undefined) return undefined;
    this.#frame.at(pipe);
    let final: Final;
    for (const command of pipe.commands) {
      const value: Operand = yield* this.#command(dot, command, final);
      // nil inside an interface is no value from here on.
      final = { value: value ?? undefined };
    }
    for (const variable of pipe.declarations) {
      const name = variable.names[0] ?? '';
      if (pipe.isAssign) this.#frame.assign(name, final?.value);
      else this.#frame.declare(name, final?.value);
    }
    return final?.value;
  }

  *#command(dot: Operand, command: CommandNode, final: Final): Step<Operand> {
    this.#environment.meter.step();
    const first = command.args[0];
    if (first === undefined) this.#frame.fail('empty command');
    switch (first.kind) {
      case 'field':
      case 'chain':
      case 'variable':
        return yield* this.#reference(dot, first, command.args, final);
      case 'identifier':
        return yield* this.#function(dot, first.name, first, command, command.args, final);
      case 'pipe':
        this.#notAFunction(command.args, final);
        return yield* this.pipeline(dot, first);
      case 'bool':
      case 'dot':
      case 'nil':
      case 'number':
      case 'string':
        this.#frame.at(first);
        this.#notAFunction(command.args, final);
        if (first.kind === 'dot') return dot;
        if (first.kind === 'nil') this.#frame.fail('nil is not a command');
        return first.kind === 'number' ? this.#constant(first) : literalOf(first);
    }
  }

  #notAFunction(args: readonly ArgumentNode[], final: Final): void {
    if (args.length > 1 || final !== undefined) {
      this.#frame.fail(
        `can't give argument to non-function ${nodeText(args[0] ?? { kind: 'nil', position: 0 })}`,
      );
    }
  }

  /** `.Field…`, `$x.Field…`, `(pipeline).Field…` */
  *#reference(
    dot: Operand,
    node: Extract<ArgumentNode, { kind: 'field' | 'chain' | 'variable' }>,
    args: readonly ArgumentNode[],
    final: Final,
  ): Step<Operand> {
    this.#frame.at(node);
    let receiver = dot;
    let { names } = node;
    if (node.kind === 'variable') {
      receiver = this.#frame.variable(names[0] ?? '');
      names = names.slice(1);
      if (names.length === 0) {
        this.#notAFunction(args, final);
        return receiver;
      }
    } else if (node.kind === 'chain') {
      if (node.node.kind === 'nil') this.#frame.fail(`indirection through explicit nil in ${nodeText(node)}`);
      receiver = yield* this.#argument(dot, undefined, node.node);
    }
    for (const name of names.slice(0, -1))
      receiver = yield* this.#field(dot, name, node, [], undefined, receiver);
    return yield* this.#field(dot, names.at(-1) ?? '', node, args, final, receiver);
  }

  *#field(
    dot: Operand,
    name: string,
    node: ArgumentNode,
    args: readonly ArgumentNode[],
    final: Final,
    receiver: Operand,
  ): Step<Operand> {
    const found = fieldOf(
      receiver,
      name,
      this.#environment.missingKey,
      args.length > 1 || final !== undefined,
    );
    if (found.kind === 'fault') this.#frame.fail(found.message);
    if (found.kind === 'value') return found.value;
    return yield* this.#call(dot, found.method, node, name, args, final);
  }

  *#function(
    dot: Operand,
    name: string,
    node: ArgumentNode,
    command: AnyNode,
    args: readonly ArgumentNode[],
    final: Final,
  ): Step<Operand> {
    this.#frame.at(node);
    const called = this.#environment.function(name);
    if (called === undefined) this.#frame.fail(`${quoteGo(name)} is not a defined function`);
    return yield* this.#call(dot, called, command, name, args, final);
  }

  *#call(
    dot: Operand,
    called: TemplateFunction,
    node: AnyNode,
    name: string,
    args: readonly ArgumentNode[],
    final: Final,
  ): Step<Operand> {
    this.#environment.meter.step();
    const given = args.slice(1);
    const values: GoValue[] = [];
    if (called === call) values.push(nodeText(given[0] ?? { kind: 'nil', position: 0 }));
    const offset = values.length;
    this.#checkCount(called, name, given.length, final, offset);
    const decides = called === and ? false : called === or ? true : undefined;
    for (const arg of given) {
      const value = yield* this.#argument(dot, called.parameter(values.length), arg);
      if (decides !== undefined && isTrue(value) === decides) return value;
      values.push(value ?? null);
    }
    if (final !== undefined)
      values.push(this.#validate(final.value, called.parameter(values.length)) ?? null);
    try {
      const answer = called.call(values);
      return answer instanceof Promise ? yield answer : answer;
    } catch (error) {
      if (error instanceof TemplateLimitError) throw error;
      this.#frame.at(node);
      const reason = error instanceof Error ? error.message : String(error);
      return this.#frame.fail(`error calling ${name}: ${reason}`, error);
    }
  }

  #checkCount(called: TemplateFunction, name: string, given: number, final: Final, offset: number): void {
    const count = given + (final === undefined ? 0 : 1);
    const wanted = called.parameters.length - offset;
    if (called.rest === undefined && count !== wanted) {
      this.#frame.fail(`wrong number of args for ${name}: want ${wanted} got ${count}`);
    }
    if (count < wanted)
      this.#frame.fail(`wrong number of args for ${name}: want at least ${wanted} got ${given}`);
  }

  /** An argument as a value of the type its parameter has; without a type, as it is. */
  *#argument(dot: Operand, type: GoType<unknown> | undefined, node: ArgumentNode): Step<Operand> {
    this.#frame.at(node);
    switch (node.kind) {
      case 'dot':
        return this.#validate(dot, type);
      case 'nil':
        if (type === undefined || type.nilable)
          return type === undefined || type === types.any ? null : type.zero;
        return this.#frame.fail(`cannot assign nil to ${type.name}`);
      case 'field':
      case 'variable':
      case 'chain':
        return this.#validate(yield* this.#reference(dot, node, [node], undefined), type);
      case 'pipe':
        return this.#validate(yield* this.pipeline(dot, node), type);
      case 'identifier':
        return this.#validate(yield* this.#function(dot, node.name, node, node, [node], undefined), type);
      case 'bool':
      case 'string':
      case 'number': {
        if (type === undefined || type.kind === 'interface') {
          return node.kind === 'number' ? this.#constant(node) : literalOf(node);
        }
        const converted = convert(node, type);
        return converted.kind === 'fault' ? this.#frame.fail(converted.message) : converted.value;
      }
    }
  }

  #constant(node: NumberNode): GoValue {
    const constant = constantOf(node);
    return constant.kind === 'fault' ? this.#frame.fail(constant.message) : constant.value;
  }

  #validate(value: Operand, type: GoType<unknown> | undefined): Operand {
    const fault = assignmentFault(value, type);
    return fault === undefined ? value : this.#frame.fail(fault);
  }
}
