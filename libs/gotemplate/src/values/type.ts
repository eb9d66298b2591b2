import { type Method, type TemplateFunction } from './function';
import { TypedValue, type GoKey, type GoValue } from './value';

export type Kind = 'bool' | 'int' | 'uint' | 'float' | 'string' | 'slice' | 'map' | 'struct' | 'func' | 'interface';

/** What a {@link GoType} is made of. `Value` is the JavaScript form of its values. */
export interface TypeDescription<Value> {
  /** As Go prints it: `template.KV`, `[]string`, `*template.Data`. */
  readonly name: string;
  readonly kind: Kind;
  /** The unnamed type it is built on, for assignability: `map[string]string`. The name where it has none. */
  readonly underlying?: string;
  readonly key?: GoType<unknown>;
  readonly element?: GoType<unknown>;
  /** Names of the fields of a struct, in order. */
  readonly fields?: readonly string[];
  /** A pointer to a struct: prints as `&{…}`, a receiver all the same. */
  readonly pointer?: boolean;
  readonly methods?: Readonly<Record<string, Method<Value>>>;
  /** The `String` (or `Error`) method: how its values print. */
  readonly text?: (value: Value) => string;
  /** What JSON a value becomes, where that is not its fields under their own names. */
  readonly json?: (value: Value) => GoValue;
  /** How two values compare with `eq`, where neither identity nor the fields of a struct tell. */
  readonly equal?: (left: Value, right: Value) => boolean;
  /** The zero value, which an absent map key gives under `missingkey=zero`. */
  readonly zero: GoValue;
  /** Values of this type are themselves their JavaScript form, without a {@link TypedValue} around them. */
  readonly bare?: boolean;
}

/** A Go type as far as templates can tell. Made by the functions of this file and by {@link types}. */
export class GoType<out Value> {
  readonly name: string;
  readonly kind: Kind;
  readonly underlying: string;
  /** Types with a name of their own are not assignable to each other even where they are built alike. */
  readonly named: boolean;
  readonly key: GoType<unknown> | undefined;
  readonly element: GoType<unknown> | undefined;
  readonly fields: readonly string[];
  readonly pointer: boolean;
  readonly zero: GoValue;
  readonly #methods: ReadonlyMap<string, Method<never>>;
  readonly #text: ((value: never) => string) | undefined;
  readonly #json: ((value: never) => GoValue) | undefined;
  readonly #equal: ((left: never, right: never) => boolean) | undefined;
  readonly #bare: boolean;

  constructor(description: TypeDescription<Value>) {
    this.name = description.name;
    this.kind = description.kind;
    this.underlying = description.underlying ?? description.name;
    this.named = (description.kind !== 'slice' && description.kind !== 'map') || this.underlying !== this.name;
    this.key = description.key;
    this.element = description.element;
    this.fields = description.fields ?? [];
    this.pointer = description.pointer ?? false;
    this.zero = description.zero;
    this.#methods = new Map(Object.entries<Method<never>>(description.methods ?? {}));
    this.#text = description.text;
    this.#json = description.json;
    this.#equal = description.equal;
    this.#bare = description.bare ?? false;
  }

  /** The template value that stands for `value`. */
  of<Given extends Value>(value: Given): GoValue {
    return this.#bare ? (value as GoValue) : new TypedValue(this, value);
  }

  /** The JavaScript form of a template value of this type. */
  unwrap(value: GoValue): Value {
    if (value instanceof TypedValue && this.kind !== 'interface') return value.value as Value;
    return value as Value;
  }

  /** True where Go would let a value of type `other` be passed as one of this type. */
  accepts(other: GoType<unknown>): boolean {
    if (this.kind === 'interface' || other === this || other.name === this.name) return true;
    return (!this.named || !other.named) && this.underlying === other.underlying;
  }

  /** True where `nil` is a value of this type. */
  get nilable(): boolean {
    return ['interface', 'slice', 'map', 'func'].includes(this.kind) || this.pointer;
  }

  method(name: string, self: unknown): TemplateFunction | undefined {
    return this.#methods.get(name)?.bind(self as never);
  }

  /** How `self` prints, where its type says so. */
  text(self: unknown): string | undefined {
    return this.#text?.(self as never);
  }

  /** What `self` is in JSON, where its type says so. */
  json(self: unknown): GoValue | undefined {
    return this.#json?.(self as never);
  }

  /** Whether two values of this type are equal, where the type itself can tell. */
  equal(left: unknown, right: unknown): boolean | undefined {
    return this.#equal?.(left as never, right as never);
  }
}

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
