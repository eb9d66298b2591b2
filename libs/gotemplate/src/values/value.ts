export type GoKey = string | bigint | number | boolean;

/**
 * What a template can hold. Nothing else of JavaScript is reachable from a template: no prototype, no property.
 *
 * | here                  | Go                                                              |
 * | --------------------- | --------------------------------------------------------------- |
 * | `null`                | `nil`                                                           |
 * | `boolean`, `string`   | `bool`, `string`                                                |
 * | `bigint`              | `int`                                                           |
 * | `number`              | `float64`                                                       |
 * | array                 | `[]interface {}`                                                |
 * | `Map`                 | `map[string]interface {}`                                       |
 * | {@link TypedValue}    | a value of a type the host describes: struct, named map, time … |
 * | `TemplateFunction`    | a function value, for `call`                                    |
 */
export type GoValue =
  | null
  | boolean
  | string
  | bigint
  | number
  | readonly GoValue[]
  | ReadonlyMap<GoKey, GoValue>
  | TypedValue
  | TemplateFunction;

/** A value together with its Go type; made by {@link GoType.of}. */
export class TypedValue {
  readonly type: GoType<unknown>;
  /** What stands behind the type: a basic value, array, Map, or for structs a record of the declared fields. */
  readonly value: unknown;

  constructor(type: GoType<unknown>, value: unknown) {
    this.type = type;
    this.value = value;
  }
}

/** A function may throw, reported as `error calling name: message`, and may answer later. */
export type Answer = GoValue | Promise<GoValue>;

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

/** A method of values that stand as `Self`: the receiver comes first, then the arguments. */
export interface Method<in Self> {
  bind(self: Self): TemplateFunction;
}

export type Kind =
  'bool' | 'int' | 'uint' | 'float' | 'string' | 'slice' | 'map' | 'struct' | 'func' | 'interface';

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
    this.named =
      (description.kind !== 'slice' && description.kind !== 'map') || this.underlying !== this.name;
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
  of(value: Value): GoValue {
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
