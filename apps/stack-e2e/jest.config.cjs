// Without a browser the page tests are left out by name; `npm test` says so.
const leftOut = process.env.NARTHEX_BROWSER ? [] : ['\\.browser\\.test\\.ts$'];

module.exports = require('../../jest.preset.cjs')(__dirname, {
  testPathIgnorePatterns: ['/node_modules/', ...leftOut],
  testTimeout: 180_000,
  maxWorkers: 1,
});
