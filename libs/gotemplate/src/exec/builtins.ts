import { TemplateFunctionError } from '../errors.js';
import { escapeHtmlText, escapeJsText, escapeQuery } from '../format/escapes.js';
import { sprint, sprintf, sprintln } from '../format/sprintf.js';
import { isTrue, typeName, typeOf } from '../values/reflect.js';
import { func, variadicFunc } from '../values/function.js';
import { type GoValue, TemplateFunction } from '../values/value.js';
import { types } from '../values/type.js';
import { equalToAny, less, lessOrEqual } from './comparison.js';
import { index, length, slice } from './indexing.js';

const { any, string } = types;

/** The evaluator puts the source text of the callee in front of the arguments of this one. */
export const call = variadicFunc([string, any], any, callValue);

/** The evaluator stops at the argument that decides, so these two see the arguments only where none did. */
export const and = variadicFunc([any], any, (first, ...rest) => rest.at(-1) ?? first);
export const or = variadicFunc([any], any, (first, ...rest) => rest.at(-1) ?? first);

/** The functions every template knows: https://pkg.go.dev/text/template#hdr-Functions */
export const builtins: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['and', and],
  ['or', or],
  ['not', func([any], (value) => !isTrue(value))],
  ['len', func([any], length)],
  ['index', variadicFunc([any], any, (item, ...keys) => index(item, keys))],
  ['slice', variadicFunc([any], any, (item, ...indexes) => slice(item, indexes))],
  ['call', call],
  ['print', variadicFunc([], any, (...args) => sprint(args))],
  ['printf', variadicFunc([string], any, (format, ...args) => sprintf(format, args))],
  ['println', variadicFunc([], any, (...args) => sprintln(args))],
  ['html', variadicFunc([], any, (...args) => escapeHtmlText(joined(args)))],
  ['js', variadicFunc([], any, (...args) => escapeJsText(joined(args)))],
  ['urlquery', variadicFunc([], any, (...args) => escapeQuery(joined(args)))],
  ['eq', variadicFunc([any], any, (first, ...others) => equalToAny(first, others))],
  ['ne', func([any, any], (left, right) => !equalToAny(left, [right]))],
  ['lt', func([any, any], less)],
  ['le', func([any, any], lessOrEqual)],
  ['gt', func([any, any], (left, right) => !lessOrEqual(left, right))],
  ['ge', func([any, any], (left, right) => !less(left, right))],
]);

/** Arguments of the escaping functions as one text. */
function joined(args: readonly GoValue[]): string {
  const [first] = args;
  if (args.length === 1 && typeof first === 'string') return first;
  return sprint(args.map((arg) => arg ?? '<no value>'));
}

function callValue(source: string, target: GoValue, ...args: GoValue[]): GoValue | Promise<GoValue> {
  if (target === null) throw new TemplateFunctionError('call of nil');
  if (!(target instanceof TemplateFunction)) {
    throw new TemplateFunctionError(`non-function ${source} of type ${typeName(target)}`);
  }
  const { parameters, rest } = target;
  if (rest === undefined && args.length !== parameters.length) {
    throw new TemplateFunctionError(`wrong number of args: got ${args.length} want ${parameters.length}`);
  }
  if (args.length < parameters.length) {
    throw new TemplateFunctionError(
      `wrong number of args: got ${args.length} want at least ${parameters.length}`,
    );
  }
  for (const [position, arg] of args.entries()) {
    const wanted = target.parameter(position);
    const given = typeOf(arg);
    if (wanted === undefined || (given === undefined ? wanted.nilable : wanted.accepts(given))) continue;
    const fault =
      given === undefined
        ? `value is nil; should be of type ${wanted.name}`
        : `value has type ${given.name}; should be ${wanted.name}`;
    throw new TemplateFunctionError(`arg ${position}: ${fault}`);
  }
  return target.call(args);
}
