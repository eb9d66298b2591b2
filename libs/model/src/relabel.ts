import { type AnchoredRegexp, compile, compileAnchored, type SearchRegexp } from '@narthex/regexp';
import { RelabelError } from './errors.js';
import { type Labels, LabelsBuilder } from './labels.js';
import { lowerCaseGo, upperCaseGo } from './letter-case.js';
import { md5Tail } from './md5.js';
import { type RelabelAction, relabelFault, type RelabelFields } from './relabel-fields.js';

const DEFAULT_REGEX = '(.*)';
const REFERENCE = '$';

/**
 * One rule of a relabelling
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config).
 */
export class RelabelRule {
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly regex: AnchoredRegexp;
  readonly modulus: bigint;
  readonly targetLabel: string;
  readonly replacement: string;
  readonly action: RelabelAction;
  /** What the file said, without defaults: for printing it again. */
  readonly given: RelabelFields;
  /** The same expression for replacing within a name; only `labelmap` does that. */
  readonly #nameRegex: SearchRegexp | undefined;

  /**
   * @throws RelabelError with upstream's words when the fields do not go together.
   * @throws RegexpError when the expression is not RE2.
   */
  constructor(fields: RelabelFields) {
    const fault = relabelFault(fields);
    if (fault !== undefined) throw new RelabelError(fault);
    this.given = fields;
    this.sourceLabels = fields.sourceLabels ?? [];
    this.separator = fields.separator ?? ';';
    this.regex = compileAnchored(fields.regex ?? DEFAULT_REGEX, 'relabel');
    this.modulus = fields.modulus ?? 0n;
    this.targetLabel = fields.targetLabel ?? '';
    this.replacement = fields.replacement ?? '$1';
    this.action = fields.action ?? 'replace';
    this.#nameRegex = this.action === 'labelmap' ? compile(`^(?s:${this.regex.source})$`) : undefined;
  }

  /** Applies the rule to labels under construction. False when it drops them. */
  apply(builder: LabelsBuilder): boolean {
    switch (this.action) {
      case 'keep':
        return this.regex.matches(this.#source(builder));
      case 'drop':
        return !this.regex.matches(this.#source(builder));
      case 'keepequal':
        return builder.get(this.targetLabel) === this.#source(builder);
      case 'dropequal':
        return builder.get(this.targetLabel) !== this.#source(builder);
      case 'replace':
        this.#replace(builder);
        return true;
      case 'lowercase':
        builder.set(this.targetLabel, lowerCaseGo(this.#source(builder)));
        return true;
      case 'uppercase':
        builder.set(this.targetLabel, upperCaseGo(this.#source(builder)));
        return true;
      case 'hashmod':
        builder.set(this.targetLabel, String(md5Tail(this.#source(builder)) % this.modulus));
        return true;
      case 'labelmap':
        for (const [name, value] of [...builder.entries()]) {
          if (this.regex.matches(name))
            builder.set(this.#nameRegex!.replaceAll(name, this.replacement), value);
        }
        return true;
      case 'labeldrop':
        this.#deleteNames(builder, (name) => this.regex.matches(name));
        return true;
      case 'labelkeep':
        this.#deleteNames(builder, (name) => !this.regex.matches(name));
        return true;
    }
  }

  #source(builder: LabelsBuilder): string {
    const names = this.sourceLabels;
    if (names.length === 1) return builder.get(names[0]!);
    return names.map((name) => builder.get(name)).join(this.separator);
  }

  #replace(builder: LabelsBuilder): void {
    const value = this.#source(builder);
    if (!this.targetLabel.includes(REFERENCE) && !this.replacement.includes(REFERENCE)) {
      // Nothing to put in: a match is all that matters.
      if (this.regex.matches(value)) builder.set(this.targetLabel, this.replacement);
      return;
    }
    const target = this.regex.expand(value, this.targetLabel);
    if (target === undefined || target === '') return;
    builder.set(target, this.regex.expand(value, this.replacement) ?? '');
  }

  #deleteNames(builder: LabelsBuilder, deletes: (name: string) => boolean): void {
    for (const [name] of [...builder.entries()]) if (deletes(name)) builder.delete(name);
  }
}

/** Applies the rules in order. False as soon as one drops the labels; then they are left half done. */
export function relabelBuilder(builder: LabelsBuilder, rules: readonly RelabelRule[]): boolean {
  return rules.every((rule) => rule.apply(builder));
}

/** The relabelled labels, or undefined when a rule drops them. */
export function relabel(labels: Labels, rules: readonly RelabelRule[]): Labels | undefined {
  if (rules.length === 0) return labels;
  const builder = new LabelsBuilder(labels);
  return relabelBuilder(builder, rules) ? builder.labels() : undefined;
}
