import { gzipSync } from 'node:zlib';
import { Function, Line, Location, Profile, Sample, StringTable, ValueType } from 'pprof-format';

/** A function at a place of the call tree, as the inspector tells of it; its values are its own, callees' not counted. */
export interface CallNode {
  readonly functionName: string;
  readonly url: string;
  /** From 0 on. */
  readonly lineNumber: number;
  readonly values: readonly number[];
  readonly children: readonly CallNode[];
}

export interface CallTree {
  /** What the values are, and their units. */
  readonly valueTypes: readonly (readonly [type: string, unit: string])[];
  readonly roots: readonly CallNode[];
  readonly startMs: number;
  readonly durationMs: number;
  /** How much of the last value lies between two samples. */
  readonly period: number;
}

/** A call tree in pprof's format, compressed (https://github.com/google/pprof/blob/main/proto/profile.proto). */
export function encodePprof(tree: CallTree): Uint8Array {
  const strings = new StringTable();
  const functions = new Map<string, Function>();
  const locations = new Map<string, Location>();
  const samples: Sample[] = [];

  const locationOf = ({ functionName, url, lineNumber }: CallNode): number => {
    const name = functionName === '' ? '(anonymous)' : functionName;
    const functionKey = `${name}\n${url}`;
    const key = `${functionKey}\n${lineNumber}`;
    const known = locations.get(key);
    if (known !== undefined) return Number(known.id);
    let callee = functions.get(functionKey);
    if (callee === undefined) {
      const text = strings.dedup(name);
      callee = new Function({
        id: functions.size + 1,
        name: text,
        systemName: text,
        filename: strings.dedup(url),
      });
      functions.set(functionKey, callee);
    }
    const line = new Line({ functionId: callee.id, line: lineNumber + 1 });
    const location = new Location({ id: locations.size + 1, line: [line] });
    locations.set(key, location);
    return Number(location.id);
  };

  // Callers are below on the stack: the innermost function comes first.
  const stack: { readonly node: CallNode; readonly callers: readonly number[] }[] = tree.roots.map(
    (node) => ({
      node,
      callers: [],
    }),
  );
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, callers } = next;
    const path = [locationOf(node), ...callers];
    if (node.values.some((value) => value > 0)) {
      samples.push(new Sample({ locationId: path, value: node.values.map(Math.round) }));
    }
    for (const child of node.children) stack.push({ node: child, callers: path });
  }

  const valueType = ([type, unit]: readonly [string, string]): ValueType =>
    new ValueType({ type: strings.dedup(type), unit: strings.dedup(unit) });
  const profile = new Profile({
    sampleType: tree.valueTypes.map(valueType),
    sample: samples,
    location: [...locations.values()],
    function: [...functions.values()],
    timeNanos: BigInt(Math.round(tree.startMs)) * 1_000_000n,
    durationNanos: BigInt(Math.round(tree.durationMs)) * 1_000_000n,
    periodType: valueType(tree.valueTypes.at(-1)!),
    period: tree.period,
    stringTable: strings,
  });
  return gzipSync(profile.encode());
}
