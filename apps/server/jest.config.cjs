const preset = require('../../jest.preset.cjs')(__dirname);

// It imports modules of Node while it runs, which CommonJS in jest cannot: SWC makes that `require`.
const exporter = '@opentelemetry/otlp-exporter-base';

module.exports = {
  ...preset,
  transformIgnorePatterns: preset.transformIgnorePatterns.map((pattern) =>
    pattern.replace('(?!(', `(?!(${exporter}|`),
  ),
};
