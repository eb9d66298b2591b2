import { type GoType } from './type';
import { type GoValue } from './value';

/** The JavaScript values that arguments of the given types arrive as. */
type Arguments<Types extends readonly GoType<unknown>[]> = {
  -readonly [Index in keyof Types]: Types[Index] extends GoType<infer Value> ? Value : never;
};

/** A function may throw, reported as `error calling name: message`, and may answer later. */
type Answer = GoValue | Promise<GoValue>;

/** A function as templates see it: the types of its parameters are checked and constants converted to them. */
export class TemplateFunction {
  readonly parameters: readonly GoType<unknown>[];
  /** The type of any number of further arguments. */
  readonly rest: GoType<unknown> | undefined;
  readonly #call: (...args: readonly unknown[]) => Answer;

  constructor(
    parameters: readonly GoType<unknown>[],
    rest: GoType<unknown> | undefined,
    call: (...args: readonly unknown[]) => Answer,
  ) {
    this.parameters = parameters;
    this.rest = rest;
    this.#call = call;
  }

  /** The type of argument `index`. */
  parameter(index: number): GoType<unknown> | undefined {
    return this.parameters[index] ?? this.rest;
  }

  /** Calls with arguments that fit their parameters' types. */
  call(args: readonly GoValue[]): Answer {
    return this.#call(...args.map((arg, index) => this.parameter(index)?.unwrap(arg)));
  }
}

/**
 * A function with a fixed number of parameters.
 *
 * @example func([types.string, types.float64], (name, value) => `${name}=${value}`)
 */
export function func<const Types extends readonly GoType<unknown>[]>(
  parameters: Types,
  call: (...args: Arguments<Types>) => Answer,
): TemplateFunction {
  return new TemplateFunction(parameters, undefined, call as (...args: readonly unknown[]) => Answer);
}

/** A function that takes any number of further arguments of type `rest`. */
export function variadicFunc<const Types extends readonly GoType<unknown>[], Rest>(
  parameters: Types,
  rest: GoType<Rest>,
  call: (...args: [...Arguments<Types>, ...Rest[]]) => Answer,
): TemplateFunction {
  return new TemplateFunction(parameters, rest, call as (...args: readonly unknown[]) => Answer);
}

/** A method of values that stand as `Self`: the receiver comes first, then the arguments. */
export interface Method<in Self> {
  bind(self: Self): TemplateFunction;
}

/** @example method([sliceOf(types.string)], (self: Pairs, names) => …) */
export function method<Self, const Types extends readonly GoType<unknown>[]>(
  parameters: Types,
  call: (self: Self, ...args: Arguments<Types>) => Answer,
): Method<Self> {
  return { bind: (self) => func(parameters, (...args) => call(self, ...args)) };
}
