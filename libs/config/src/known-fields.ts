import { type z } from 'zod';
import { YamlMapping, YamlSequence, type YamlNode } from './yaml-node.js';

/** The tree without the fields that the issues call unknown; undefined when they call none unknown. */
export function withoutUnknownFields(
  root: YamlNode,
  issues: readonly z.core.$ZodIssue[],
): YamlNode | undefined {
  let known = root;
  let found = false;
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    found = true;
    known = without(known, issue.path, new Set(issue.keys));
  }
  return found ? known : undefined;
}

function without(node: YamlNode, path: readonly PropertyKey[], keys: ReadonlySet<string>): YamlNode {
  const [step, ...rest] = path;
  if (node instanceof YamlSequence) {
    const items = node.items.map((item, i) => (i === step ? without(item, rest, keys) : item));
    return new YamlSequence(node.source, node.line, items);
  }
  if (!(node instanceof YamlMapping)) return node;
  const entries =
    step === undefined
      ? node.entries.filter(({ key }) => !keys.has(key))
      : node.entries.map((entry) =>
          entry.key === step ? { ...entry, value: without(entry.value, rest, keys) } : entry,
        );
  return new YamlMapping(node.source, node.line, entries);
}
