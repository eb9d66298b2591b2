import { check, flag, list, optional, parsed, section, text } from '@narthex/config';
import { NAME_STRATEGIES, type NameStrategyName, type OtlpSettings } from '@narthex/otlp';
import { type z } from 'zod';

/** An empty one is taken, and translates nothing, as upstream. */
const translationStrategy = parsed<NameStrategyName | ''>('UnderscoreEscapingWithSuffixes', {
  parse: (strategy) => {
    if (strategy === '' || isStrategy(strategy)) return strategy;
    throw new Error(`unsupported OTLP translation strategy ${JSON.stringify(strategy)}`);
  },
  print: (strategy) => strategy,
});

function isStrategy(name: string): name is NameStrategyName {
  return Object.hasOwn(NAME_STRATEGIES, name);
}

/** `otlp`: how metrics that come over OTLP become series. */
export const otlpSection = check(
  section('config.plain', {
    promote_all_resource_attributes: flag(),
    promote_resource_attributes: list(text()),
    ignore_resource_attributes: list(text()),
    translation_strategy: translationStrategy,
    keep_identifying_resource_attributes: flag(),
    convert_histograms_to_nhcb: flag(),
    promote_scope_metadata: flag(),
    label_name_underscore_sanitization: optional(flag({ always: true })),
    label_name_preserve_multiple_underscores: optional(flag({ always: true })),
  }),
  (otlp) => {
    const { promote_resource_attributes: promoted, ignore_resource_attributes: ignored } = otlp;
    if (!otlp.promote_all_resource_attributes) {
      return ignored.length > 0
        ? "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true"
        : attributesFault('promote_resource_attributes', promoted, 'promoted');
    }
    return promoted.length > 0
      ? "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously"
      : attributesFault('ignore_resource_attributes', ignored, 'ignored');
  },
);
export type OtlpConfig = z.output<typeof otlpSection>;

function attributesFault(
  field: string,
  attributes: readonly string[],
  adjective: string,
): string | undefined {
  const seen = new Set<string>();
  const faults: string[] = [];
  for (const attribute of attributes.map((name) => name.trim())) {
    if (attribute === '') faults.push(`empty ${adjective} OTel resource attribute`);
    else if (seen.has(attribute)) {
      faults.push(`duplicated ${adjective} OTel resource attribute ${JSON.stringify(attribute)}`);
    }
    seen.add(attribute);
  }
  return faults.length === 0 ? undefined : `invalid '${field}': ${faults.join('\n')}`;
}

/** What is wrong with the section where names have to be plain: `metric_name_validation_scheme: legacy`. */
export function plainNamesFault({ translation_strategy: strategy }: OtlpConfig): string | undefined {
  if (strategy === '' || NAME_STRATEGIES[strategy].escape) return undefined;
  return `OTLP translation strategy ${JSON.stringify(strategy)} is not allowed when UTF8 is disabled`;
}

/** The section as the receiver takes it. */
export function otlpSettings(otlp: OtlpConfig): OtlpSettings {
  const strategy = otlp.translation_strategy;
  return {
    translationStrategy: strategy === '' ? 'NoTranslation' : strategy,
    promoteAllResourceAttributes: otlp.promote_all_resource_attributes,
    promoteResourceAttributes: otlp.promote_resource_attributes.map((name) => name.trim()),
    ignoreResourceAttributes: otlp.ignore_resource_attributes.map((name) => name.trim()),
    keepIdentifyingResourceAttributes: otlp.keep_identifying_resource_attributes,
    convertHistogramsToNhcb: otlp.convert_histograms_to_nhcb,
    promoteScopeMetadata: otlp.promote_scope_metadata,
    labelNameUnderscoreSanitization: otlp.label_name_underscore_sanitization ?? true,
    labelNamePreserveMultipleUnderscores: otlp.label_name_preserve_multiple_underscores ?? true,
  };
}
