// `npm test`: installs and builds what is missing, runs every unit and end-to-end test, and sums them up.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { browser } from './browser.mjs';
import { build, install, nx, projectsWith, workspaceRoot } from './workspace.mjs';

const results = join(workspaceRoot, 'tmp/test-results');

/** Sums what jest wrote for each project. */
function sum() {
  let [passed, failed] = [0, 0];
  for (const name of readdirSync(results)) {
    const report = JSON.parse(readFileSync(join(results, name), 'utf8'));
    passed += report.numPassedTests;
    // A suite that could not even be loaded has no tests to count.
    failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    for (const suite of report.testResults.filter(({ status }) => status === 'failed')) {
      console.log(`failed: ${suite.name.replace(`${workspaceRoot}/`, '')}`);
    }
    const skipped = report.testResults.flatMap((suite) =>
      suite.assertionResults.filter(({ status }) => status === 'pending'),
    );
    for (const test of skipped) console.log(`left out: ${test.fullName}`);
  }
  // A suite may end so badly that it leaves no report; that must not look like success.
  for (const target of ['test', 'e2e']) {
    for (const project of projectsWith(target)) {
      if (existsSync(join(results, `${project}.json`))) continue;
      console.log(`failed: ${project} ended without a report`);
      failed++;
    }
  }
  return { passed, failed };
}

await install();
await build();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const chromium = await browser();
if (!chromium && process.env.NARTHEX_BROWSER_REQUIRED) {
  console.error('There is no Chromium, and NARTHEX_BROWSER_REQUIRED is set.');
  process.exit(1);
}
if (!chromium) {
  console.log(
    'There is no Chromium here (set NARTHEX_BROWSER to one): the tests named *.browser.test.ts are left out.',
  );
}
const env = { NARTHEX_BROWSER: chromium ?? '' };
const cache = process.env.CI ? ['--skip-nx-cache'] : [];
const unit = await nx(['run-many', '-t', 'test', ...cache], { env });
const endToEnd = await nx(['run-many', '-t', 'e2e', '--parallel=1', '--skip-nx-cache'], { env });

const { passed, failed } = sum();
console.log(`${passed} passed, ${failed} failed`);
process.exit(unit === 0 && endToEnd === 0 && failed === 0 && passed > 0 ? 0 : 1);
