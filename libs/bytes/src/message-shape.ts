/** How a field may lie on the wire. A packed one comes as a list in one piece, or value by value. */
export const WIRE = {
  varint: 0,
  fixed64: 1,
  length: 2,
  packed: (element: 0 | 1): number => PACKED + element,
} as const;

/** Added to the wire type of the elements of a packed field. */
export const PACKED = 8;
/** The field is not known: skipped. */
export const UNKNOWN = 255;

/** What a message may contain: enough to read it, and to say what is wrong with it as upstream does. */
export interface MessageShape<Name extends string = string> {
  readonly name: string;
  /** The numbers of the fields. */
  readonly field: Readonly<Record<Name, number>>;
  /** By field number its wire type, or {@link UNKNOWN}. */
  readonly wires: Uint8Array;
  /** By field number its name. */
  readonly names: readonly string[];
}

export function shape<Name extends string>(
  name: string,
  fields: Readonly<Record<Name, readonly [number: number, wire: number]>>,
): MessageShape<Name> {
  const entries = Object.entries<readonly [number, number]>(fields);
  const most = Math.max(...entries.map(([, [number]]) => number));
  const wires = new Uint8Array(most + 1).fill(UNKNOWN);
  const names = new Array<string>(most + 1).fill('');
  for (const [fieldName, [number, wire]] of entries) {
    wires[number] = wire;
    names[number] = fieldName;
  }
  const field = Object.fromEntries(entries.map(([fieldName, [number]]) => [fieldName, number]));
  return { name, field: field as Record<Name, number>, wires, names };
}
