import { describe, expect, test } from '@jest/globals';
import { writeTextFamily } from '@narthex/exposition';
import { type FlagSpecs, type FlagValues, parseFlags, systemClock } from '@narthex/process';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { FamilySet } from '../families/family-set.js';
import { mergeFamilies } from '../families/merge.js';
import { flagSpecs } from '../flags.js';
import { HostPaths } from '../host/paths.js';
import { Cached } from './cached.js';
import { PORTABLE_COLLECTORS } from './collectors.js';

/** `systeminformation` knows this machine, too, whichever it is. */
async function pageOf(name: string): Promise<string> {
  const outcome = parseFlags({ program: '', about: '' }, flagSpecs(PORTABLE_COLLECTORS), []);
  if (outcome.kind !== 'run') throw new Error(outcome.kind);
  const paths = new HostPaths({ procfs: '/proc', sysfs: '/sys', rootfs: '/', udevData: '/run/udev/data' });
  const context = { paths, logger: silentLogger(), clock: systemClock };
  const definition = PORTABLE_COLLECTORS.find((collector) => collector.name === name)!;
  const families = new FamilySet();
  const flags: FlagValues<FlagSpecs> = outcome.values;
  expect(await definition.create(context, flags, outcome.given).collect(families)).toBeUndefined();
  return mergeFamilies([families], (problem) => {
    throw new Error(problem);
  })
    .map(writeTextFamily)
    .join('');
}

describe('without procfs', () => {
  test.each([
    ['cpu', /^node_cpu_seconds_total\{cpu="0",mode="idle"\} \d/m],
    ['loadavg', /^node_load15 \d/m],
    ['boottime', /^node_boot_time_seconds 1\.\d+e\+09$/m],
    ['time', /^node_time_seconds 1\.\d+e\+09$/m],
    ['uname', /^node_uname_info\{domainname="",machine="\w+"/m],
    ['meminfo', /^node_memory_total_bytes [1-9]/m],
    [
      'filesystem',
      /^node_filesystem_size_bytes\{device="[^"]+",device_error="",fstype="[^"]+",mountpoint="\/"\} [1-9]/m,
    ],
    ['netdev', /^node_network_receive_bytes_total\{device="\w+"\} \d/m],
    ['os', /^node_os_info\{.*name="[^"]+"/m],
    ['textfile', /^node_textfile_scrape_error 0$/m],
  ])(
    '%s',
    async (name, line) => {
      expect(await pageOf(name)).toMatch(line);
    },
    30_000,
  );
});

describe('answers that are kept', () => {
  test('are asked for again when they are old, and never twice at a time', async () => {
    const clock = new ManualClock();
    let asked = 0;
    const cached = new Cached(clock, 1000, () => Promise.resolve(++asked));
    expect(await Promise.all([cached.get(), cached.get()])).toEqual([1, 1]);
    await clock.advance(999);
    expect(await cached.get()).toBe(1);
    await clock.advance(1);
    expect(await cached.get()).toBe(2);
  });

  test('a failure is not kept', async () => {
    const answers = [Promise.reject(new Error('not now')), Promise.resolve('fine')];
    const cached = new Cached(new ManualClock(), 1000, () => answers.shift()!);
    await expect(cached.get()).rejects.toThrow('not now');
    expect(await cached.get()).toBe('fine');
  });
});
