// Infers every target from the files a project has, so that project.json holds only its name and tags.
const { existsSync, readdirSync } = require('node:fs');
const { dirname, join, basename } = require('node:path');

const bin = {
  eslint: 'node node_modules/eslint/bin/eslint.js',
  tsc: 'node node_modules/typescript7/bin/tsc',
  jest: 'node node_modules/jest/bin/jest.js',
  vite: 'node node_modules/vite/bin/vite.js',
};

/** True when the folder holds, at any depth, a file whose name matches. */
function holds(folder, pattern) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true }).some((name) => pattern.test(String(name)));
}

function targetsOf(root, workspaceRoot) {
  const at = join(workspaceRoot, root);
  const name = basename(root);
  const run = (command) => ({ executor: 'nx:run-commands', options: { command, cwd: '{workspaceRoot}' } });
  const jest = `${bin.jest} -c ${root}/jest.config.cjs --json --outputFile=tmp/test-results/${name}.json`;
  const results = { outputs: [`{workspaceRoot}/tmp/test-results/${name}.json`] };
  const targets = {};
  if (existsSync(join(at, 'tsconfig.json'))) {
    targets.lint = run(`${bin.eslint} ${root}`);
    targets.typecheck = run(`${bin.tsc} -p ${root}/tsconfig.json`);
  }
  if (existsSync(join(at, 'jest.config.cjs'))) {
    if (name.endsWith('-e2e')) targets.e2e = { ...run(jest), ...results };
    else if (holds(join(at, 'src'), /\.test\.tsx?$/)) targets.test = { ...run(jest), ...results };
  }
  if (existsSync(join(at, 'vite.config.ts'))) {
    targets.build = run(`${bin.vite} build ${root} --logLevel warn`);
  } else if (root.startsWith('apps/') && existsSync(join(at, 'src/main.ts'))) {
    targets.build = run(`node tools/build/app.mjs ${name}`);
  } else if (existsSync(join(at, 'build.mjs'))) {
    targets.build = run(`node ${root}/build.mjs`);
  }
  return targets;
}

exports.name = 'narthex-targets';
exports.createNodesV2 = [
  '{apps,libs,tools}/*/project.json',
  (files, _options, context) =>
    files.map((file) => {
      const root = dirname(file);
      return [file, { projects: { [root]: { root, targets: targetsOf(root, context.workspaceRoot) } } }];
    }),
];
