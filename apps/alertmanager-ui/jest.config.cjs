const preset = require('../../jest.preset.cjs')(__dirname, { testEnvironment: 'jsdom' });

module.exports = {
  ...preset,
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    '\\.css$': require.resolve('../../libs/ui/css-modules.jest.cjs'),
  },
};
