/** One `KeyValue` of OTLP. Keys may occur more than once, though they should not. */
export type Attribute = readonly [key: string, value: AnyValue];
export type Attributes = readonly Attribute[];

/** A `KeyValueList`: attributes as the value of an attribute. */
export interface AttributeMap {
  readonly entries: Attributes;
}

/** An `AnyValue`: a `bigint` stands for an integer, a `number` for a double, `undefined` for no value. */
export type AnyValue =
  string | bigint | number | boolean | Uint8Array | readonly AnyValue[] | AttributeMap | undefined;

/** Tells the two kinds of values in values apart. */
export function isList(value: readonly AnyValue[] | AttributeMap): value is readonly AnyValue[] {
  return Array.isArray(value);
}

/** The value of the first attribute of a key. */
export function attributeOf(attributes: Attributes, key: string): Attribute | undefined {
  return attributes.find(([name]) => name === key);
}

/** How deep values may lie within values: more is no telemetry. */
export const MAX_VALUE_DEPTH = 500;
