import {
  RELABEL_ACTIONS,
  RelabelError,
  type RelabelFields,
  RelabelRule,
  type RelabelAction,
} from '@narthex/model';
import { RegexpError } from '@narthex/regexp';
import { z } from 'zod';
import { typeIssue, valueIssue } from './issues.js';
import { type Field, parsed, text } from './scalar-fields.js';
import { given as unlessLeftOut, list, optional, PRINTED_NULL, section } from './section.js';
import { isAbsent, YamlScalar } from './yaml-node.js';

const LARGEST_MODULUS = 2n ** 64n - 1n;

const modulus: Field<bigint | undefined> = z.codec(z.unknown(), z.custom<bigint | undefined>(), {
  decode: (node, context) => {
    if (isAbsent(node)) return undefined;
    if (node instanceof YamlScalar && node.tag === '!!int' && /^\d+$/.test(node.text)) {
      const value = BigInt(node.text);
      if (value <= LARGEST_MODULUS) return value;
    }
    typeIssue(context, node, 'uint64');
    return z.NEVER;
  },
  // YAML numbers are doubles in print; a modulus that large is written by nobody.
  encode: (value) => (value === undefined ? null : Number(value)),
});

const action = parsed<RelabelAction | undefined>(undefined, {
  parse: (word) => {
    const known = RELABEL_ACTIONS.find((candidate) => candidate === word.toLowerCase());
    if (known === undefined) throw new Error(`unknown relabel action "${word}"`);
    return known;
  },
  print: (value) => value ?? null,
  ofNull: () => {
    throw new Error('relabel action cannot be empty');
  },
});

const fields = section('relabel.plain', {
  source_labels: optional(list(text({ always: true }), { goType: 'model.LabelNames', flow: true })),
  separator: unlessLeftOut(text()),
  regex: unlessLeftOut(
    parsed('', {
      ofNull: () => '',
      parse: (pattern) => pattern,
      print: (pattern) => (pattern === '' ? PRINTED_NULL : pattern),
    }),
  ),
  modulus,
  target_label: optional(text()),
  replacement: unlessLeftOut(text()),
  action,
});

/** One relabelling rule, decoded into the rule itself. */
export function relabelRule(): Field<RelabelRule> {
  return z.codec(fields, z.custom<RelabelRule>(), {
    decode: (given, context) => {
      try {
        return new RelabelRule(definedFields(given));
      } catch (error) {
        if (!(error instanceof RelabelError || error instanceof RegexpError)) throw error;
        valueIssue(context, given, error.message);
        return z.NEVER;
      }
    },
    encode: (rule) => ({
      source_labels: rule.given.sourceLabels === undefined ? undefined : [...rule.given.sourceLabels],
      separator: rule.separator,
      regex: rule.given.regex,
      modulus: rule.given.modulus,
      target_label: rule.targetLabel,
      replacement: rule.replacement,
      action: rule.action,
    }),
  }) as unknown as Field<RelabelRule>;
}

function definedFields(given: z.output<typeof fields>): RelabelFields {
  return {
    sourceLabels: given.source_labels,
    separator: given.separator,
    regex: given.regex,
    modulus: given.modulus,
    targetLabel: given.target_label,
    replacement: given.replacement,
    action: given.action,
  };
}

/** `relabel_configs` and its like. */
export function relabelRules(): Field<readonly RelabelRule[]> {
  return list(relabelRule(), {
    goType: '[]*relabel.Config',
    emptyElement: 'empty or null relabeling rule',
  });
}
