import { describe, expect, test } from '@jest/globals';
import { parseServerConfig, type ServerConfig } from './load-config.js';
import { otlpSettings } from './otlp-section.js';

const parse = (yaml: string): Promise<ServerConfig> => parseServerConfig(yaml, 'p.yml', { environment: {} });

describe('what cannot be', () => {
  // The verdicts and words of `promtool check config` of Prometheus 3.5.3.
  test.each([
    ['otlp: {translation_strategy: x}', 'unsupported OTLP translation strategy "x"'],
    [
      'otlp: {promote_all_resource_attributes: true, promote_resource_attributes: [a]}',
      "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
    ],
    [
      'otlp: {promote_all_resource_attributes: true, ignore_resource_attributes: [a, a]}',
      'invalid \'ignore_resource_attributes\': duplicated ignored OTel resource attribute "a"',
    ],
    [
      'otlp: {ignore_resource_attributes: [a]}',
      "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
    ],
    [
      'otlp: {promote_resource_attributes: [a, "", " a ", b, b]}',
      'invalid \'promote_resource_attributes\': empty promoted OTel resource attribute\nduplicated promoted OTel resource attribute "a"\nduplicated promoted OTel resource attribute "b"',
    ],
    [
      'global: {metric_name_validation_scheme: legacy}\notlp: {translation_strategy: NoTranslation}',
      'OTLP translation strategy "NoTranslation" is not allowed when UTF8 is disabled',
    ],
    [
      'global: {metric_name_validation_scheme: legacy}\notlp: {translation_strategy: NoUTF8EscapingWithSuffixes}',
      'OTLP translation strategy "NoUTF8EscapingWithSuffixes" is not allowed when UTF8 is disabled',
    ],
  ])('%j', async (yaml, message) => {
    await expect(parse(yaml)).rejects.toThrow(message);
  });
});

test('without the section', async () => {
  const { config } = await parse('');
  expect(otlpSettings(config.otlp)).toEqual({
    translationStrategy: 'UnderscoreEscapingWithSuffixes',
    promoteAllResourceAttributes: false,
    promoteResourceAttributes: [],
    ignoreResourceAttributes: [],
    keepIdentifyingResourceAttributes: false,
    convertHistogramsToNhcb: false,
    promoteScopeMetadata: false,
    labelNameUnderscoreSanitization: true,
    labelNamePreserveMultipleUnderscores: true,
  });
});

test('every field', async () => {
  const yaml = [
    'global: {metric_name_validation_scheme: legacy}',
    'otlp:',
    '  translation_strategy: UnderscoreEscapingWithoutSuffixes',
    '  promote_all_resource_attributes: true',
    '  ignore_resource_attributes: [" host.name ", b]',
    '  keep_identifying_resource_attributes: true',
    '  convert_histograms_to_nhcb: true',
    '  promote_scope_metadata: true',
    '  label_name_underscore_sanitization: false',
    '  label_name_preserve_multiple_underscores: false',
  ].join('\n');
  const { config } = await parse(yaml);
  expect(otlpSettings(config.otlp)).toEqual({
    translationStrategy: 'UnderscoreEscapingWithoutSuffixes',
    promoteAllResourceAttributes: true,
    promoteResourceAttributes: [],
    ignoreResourceAttributes: ['host.name', 'b'],
    keepIdentifyingResourceAttributes: true,
    convertHistogramsToNhcb: true,
    promoteScopeMetadata: true,
    labelNameUnderscoreSanitization: false,
    labelNamePreserveMultipleUnderscores: false,
  });
});

test('an empty strategy translates nothing, as upstream', async () => {
  const { config } = await parse('otlp: {translation_strategy: ""}');
  expect(otlpSettings(config.otlp).translationStrategy).toBe('NoTranslation');
});
