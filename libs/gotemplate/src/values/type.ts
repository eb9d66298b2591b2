import { type GoKey, GoType, type GoValue, type Method, type TemplateFunction } from './value.js';

/** The types that need no description. */
export const types = {
  any: new GoType<GoValue>({ name: 'interface {}', kind: 'interface', zero: null, bare: true }),
  bool: new GoType<boolean>({ name: 'bool', kind: 'bool', zero: false, bare: true }),
  string: new GoType<string>({ name: 'string', kind: 'string', zero: '', bare: true }),
  int: new GoType<bigint>({ name: 'int', kind: 'int', zero: 0n, bare: true }),
  int64: new GoType<bigint>({ name: 'int64', kind: 'int', zero: 0n }),
  uint8: new GoType<bigint>({ name: 'uint8', kind: 'uint', zero: 0n }),
  uint64: new GoType<bigint>({ name: 'uint64', kind: 'uint', zero: 0n }),
  float64: new GoType<number>({ name: 'float64', kind: 'float', zero: 0, bare: true }),
  func: new GoType<TemplateFunction>({ name: 'func()', kind: 'func', zero: null, bare: true }),
} as const;

const anySlice = new GoType<readonly GoValue[]>({
  name: '[]interface {}',
  kind: 'slice',
  element: types.any,
  zero: [],
  bare: true,
});

const anyMap = new GoType<ReadonlyMap<GoKey, GoValue>>({
  name: 'map[string]interface {}',
  kind: 'map',
  key: types.string,
  element: types.any,
  zero: new Map(),
  bare: true,
});

/** Slices without a name: `sliceOf(types.string)` is `[]string`. */
export function sliceOf<Element extends GoValue>(element: GoType<Element>): GoType<readonly Element[]>;
export function sliceOf(element: GoType<unknown>): GoType<readonly GoValue[]>;
export function sliceOf(element: GoType<unknown>): GoType<readonly GoValue[]> {
  if (element === types.any) return anySlice;
  return new GoType({ name: `[]${element.name}`, kind: 'slice', element, zero: [] });
}

/** Maps without a name: `mapOf(types.string, types.string)` is `map[string]string`. */
export function mapOf<Element extends GoValue>(
  key: GoType<GoKey>,
  element: GoType<Element>,
): GoType<ReadonlyMap<GoKey, Element>>;
export function mapOf(key: GoType<GoKey>, element: GoType<unknown>): GoType<ReadonlyMap<GoKey, GoValue>>;
export function mapOf(key: GoType<GoKey>, element: GoType<unknown>): GoType<ReadonlyMap<GoKey, GoValue>> {
  if (element === types.any && key === types.string) return anyMap;
  return new GoType({ name: `map[${key.name}]${element.name}`, kind: 'map', key, element, zero: new Map() });
}

interface NamedDescription<Value> {
  readonly name: string;
  readonly methods?: Readonly<Record<string, Method<Value>>>;
  readonly text?: (value: Value) => string;
  readonly json?: (value: Value) => GoValue;
}

/** A struct: only the named fields can be reached. With `pointer` it is the type of pointers to it, `*name`. */
export function structType<Fields extends Readonly<Record<string, GoValue>>>(
  description: NamedDescription<Fields> & {
    readonly fields: readonly (keyof Fields & string)[];
    readonly pointer?: boolean;
  },
): GoType<Fields> {
  const pointer = description.pointer ?? false;
  return new GoType<Fields>({
    ...description,
    name: pointer ? `*${description.name}` : description.name,
    kind: 'struct',
    zero: null,
  });
}

/** A slice type with a name and methods, such as `template.Alerts`. */
export function namedSlice<Element extends GoValue = GoValue>(
  description: NamedDescription<readonly Element[]> & { readonly element: GoType<unknown> },
): GoType<readonly Element[]> {
  return new GoType<readonly Element[]>({
    ...description,
    kind: 'slice',
    underlying: `[]${description.element.name}`,
    zero: [],
  });
}

/** A map type with a name and methods, such as `template.KV`; keys are strings. */
export function namedMap<Element extends GoValue = GoValue>(
  description: NamedDescription<ReadonlyMap<string, Element>> & { readonly element: GoType<unknown> },
): GoType<ReadonlyMap<string, Element>> {
  return new GoType<ReadonlyMap<string, Element>>({
    ...description,
    kind: 'map',
    key: types.string,
    underlying: `map[string]${description.element.name}`,
    zero: new Map(),
  });
}

/** A type with a name built on `base`, such as `time.Duration` on `types.int64` or `template.HTML` on `types.string`. */
export function namedBasic<Value extends GoValue>(
  description: NamedDescription<Value> & { readonly base: GoType<Value> },
): GoType<Value> {
  const { base } = description;
  return new GoType<Value>({ ...description, kind: base.kind, underlying: base.name, zero: base.zero });
}
