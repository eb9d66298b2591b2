import { defineCollector } from '../collector.js';
import { addRelease } from '../collectors/os-release.js';
import { Cached } from './cached.js';

const maxAgeMs = 3_600_000;

/** The operating system and its version. */
export const osRelease = defineCollector({
  name: 'os',
  enabledByDefault: true,
  flags: {},
  create({ clock }) {
    const info = new Cached(clock, maxAgeMs, async () => (await import('systeminformation')).osInfo());
    return {
      async collect(families) {
        const { distro, release, build, codename } = await info.get();
        const found = {
          NAME: distro,
          VERSION: release,
          VERSION_ID: release,
          BUILD_ID: build,
          VERSION_CODENAME: codename,
        };
        addRelease(families, new Map(Object.entries(found)));
        return undefined;
      },
    };
  },
});
