// One jest setup for every project: SWC for TypeScript, the workspace's path names, no globals.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const workspaceRoot = __dirname;
const { compilerOptions } = JSON.parse(readFileSync(join(workspaceRoot, 'tsconfig.base.json'), 'utf8'));
const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([name, [path]]) => [`^${name}$`, join(workspaceRoot, path)]),
);

/** Packages that ship ES modules only: jest runs CommonJS, so these go through SWC as well. */
const esmOnly = [
  're2js',
  'chokidar',
  'readdirp',
  'nodemailer',
  'smtp-server',
  'mailparser',
  '@prometheus-io',
];

module.exports = (projectRoot, extra = {}) => ({
  rootDir: projectRoot,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/src/**/*.test.tsx'],
  injectGlobals: false,
  transform: {
    '\\.[cm]?[tj]sx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(${esmOnly.join('|')})/)`],
  // TypeScript sources import each other by the name of what they compile to.
  moduleNameMapper: { ...moduleNameMapper, '^(\\.{1,2}/.*)\\.js$': '$1' },
  cacheDirectory: join(workspaceRoot, 'tmp/jest-cache'),
  ...extra,
});
