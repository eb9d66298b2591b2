// The page tests need a Chromium. Debian as root gets one from apt; elsewhere an installed one is looked for.
import { existsSync } from 'node:fs';
import { run } from './workspace.mjs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const APT_TRIES = 3;

function installed() {
  return [process.env.NARTHEX_BROWSER, ...PLACES].find((path) => path && existsSync(path));
}

/** The path of a Chromium, brought by apt where that is possible; undefined when there is none. */
export async function browser() {
  const found = installed();
  if (found) return found;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return undefined;
  console.log('Installing Chromium for the page tests …');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (let attempt = 1; attempt <= APT_TRIES; attempt++) {
    await run('apt-get', ['update', '-qq'], { env, quiet: true });
    const code = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      env,
      quiet: true,
    });
    if (code === 0) return installed();
  }
  return undefined;
}
