/** Circles, type imports counted; deep imports across libraries; what only tests may use. */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-deep-imports',
      comment: "Another library is reached through its index.ts, by its package's name.",
      severity: 'error',
      from: { path: '^(?:libs|apps)/([^/]+)/' },
      to: { path: '^libs/(?!$1/)[^/]+/src/(?!index\\.ts$)', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'tests-stay-out',
      severity: 'error',
      from: {
        pathNot:
          '\\.test\\.tsx?$|^libs/(?:testkit|promqltest)/|^apps/(?:[^/]+-e2e|promtool)/|/src/(?:testing|proof|stress)/',
      },
      to: { path: '^libs/(?:testkit|promqltest)/' },
    },
    {
      name: 'what-is-for-tests-stays-there',
      severity: 'error',
      from: { pathNot: '\\.test\\.tsx?$|/src/(?:testing|proof|stress)/' },
      to: { path: '/src/(?:testing|proof|stress)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'dist|testdata|/assembly/|\\.generated\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'] },
  },
};
