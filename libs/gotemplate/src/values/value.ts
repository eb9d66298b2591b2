import { type TemplateFunction } from './function';
import { type GoType } from './type';

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
