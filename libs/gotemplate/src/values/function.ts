import { type Answer, type GoType, type Method, TemplateFunction } from './value.js';

/** The JavaScript values that arguments of the given types arrive as. */
type Arguments<Types extends readonly GoType<unknown>[]> = {
  -readonly [Index in keyof Types]: Types[Index] extends GoType<infer Value> ? Value : never;
};

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

/** @example method([sliceOf(types.string)], (self: Pairs, names) => …) */
export function method<Self, const Types extends readonly GoType<unknown>[]>(
  parameters: Types,
  call: (self: Self, ...args: Arguments<Types>) => Answer,
): Method<Self> {
  return { bind: (self) => func(parameters, (...args) => call(self, ...args)) };
}
