const preset = require('../../jest.preset.cjs')(__dirname, { testEnvironment: 'jsdom' });

module.exports = {
  ...preset,
  moduleNameMapper: { ...preset.moduleNameMapper, '\\.css$': '<rootDir>/css-modules.jest.cjs' },
};
