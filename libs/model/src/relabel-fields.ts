import { quoteGo } from './quote.js';

export const RELABEL_ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;
export type RelabelAction = (typeof RELABEL_ACTIONS)[number];

/** The fields of one `relabel_config`, as the configuration file has them; what is left out takes its default. */
export interface RelabelFields {
  readonly sourceLabels?: readonly string[] | undefined;
  /** Stands between the values of the source labels; default `;`. */
  readonly separator?: string | undefined;
  /** RE2, anchored at both ends; default `(.*)`. */
  readonly regex?: string | undefined;
  /** Unsigned, 64 bits. */
  readonly modulus?: bigint | undefined;
  readonly targetLabel?: string | undefined;
  /** Default `$1`. */
  readonly replacement?: string | undefined;
  /** Default `replace`. */
  readonly action?: RelabelAction | undefined;
}

const NEEDS_TARGET: readonly RelabelAction[] = [
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
];
const NO_REPLACEMENT: readonly RelabelAction[] = ['lowercase', 'uppercase', 'keepequal', 'dropequal'];

/** What is wrong with how the fields go together, in upstream's words; undefined when nothing is. */
export function relabelFault(fields: RelabelFields): string | undefined {
  const { action = 'replace', modulus = 0n, targetLabel = '', separator = ';', replacement = '$1' } = fields;
  const invalid = fields.sourceLabels?.find((name) => name === '');
  if (invalid !== undefined) return `${quoteGo(invalid)} is not a valid label name`;
  if (action === 'hashmod' && modulus === 0n)
    return 'relabel configuration for hashmod requires non-zero modulus';
  if (NEEDS_TARGET.includes(action) && targetLabel === '') {
    return `relabel configuration for ${action} action requires 'target_label' value`;
  }
  if (NO_REPLACEMENT.includes(action) && replacement !== '$1') {
    return `'replacement' can not be set for ${action} action`;
  }
  if (action === 'labelmap' && replacement === '') {
    return `${quoteGo(replacement)} is invalid 'replacement' for ${action} action`;
  }
  const extra = modulus !== 0n || separator !== ';' || replacement !== '$1';
  if ((action === 'keepequal' || action === 'dropequal') && (extra || fields.regex !== undefined)) {
    return `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`;
  }
  if (
    (action === 'labeldrop' || action === 'labelkeep') &&
    (extra || fields.sourceLabels !== undefined || targetLabel !== '')
  ) {
    return `${action} action requires only 'regex', and no other fields`;
  }
  return undefined;
}
