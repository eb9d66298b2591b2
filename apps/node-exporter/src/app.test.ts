import { afterEach, describe, expect, test } from '@jest/globals';
import { type Clock, parseFlags, systemClock } from '@narthex/process';
import { RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeExporter } from './app.js';
import { type Collector, type CollectorDefinition, defineCollector, NO_DATA } from './collector.js';
import { LINUX_COLLECTORS } from './collectors/linux.js';
import { CollectorFlagError } from './errors.js';
import { flagSpecs } from './flags.js';

const apps: NodeExporter[] = [];

afterEach(async () => {
  for (const app of apps.splice(0)) await app.stop();
});

interface Started {
  readonly get: (path: string) => Promise<Response>;
  readonly page: (query?: string) => Promise<string>;
  readonly logger: RecordingLogger;
}

async function start(
  argv: readonly string[],
  collectors: readonly CollectorDefinition[] = fakes,
): Promise<Started> {
  const outcome = parseFlags({ program: 'node_exporter', about: '' }, flagSpecs(collectors), [
    '--web.listen-address=127.0.0.1:0',
    ...argv,
  ]);
  if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
  const logger = new RecordingLogger();
  const clock: Clock = systemClock;
  const app = new NodeExporter({ flags: outcome.values, given: outcome.given, collectors, clock, logger });
  apps.push(app);
  await app.start();
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${app.addresses[0]!.port}${path}`);
  return { get, page: async (query = '') => (await get(`/metrics${query}`)).text(), logger };
}

const works = fake('works', true, (add) => add('node_works', 1));
const alsoWorks = fake('also_works', true, (add) => add('node_also_works', 2));
const isOff = fake('is_off', false, (add) => add('node_is_off', 3));
const fakes = [works, alsoWorks, isOff];

type Add = (family: string, value: number) => undefined;

function fake(
  name: string,
  enabledByDefault: boolean,
  collect: (add: Add) => ReturnType<Collector['collect']>,
): CollectorDefinition {
  return defineCollector({
    name,
    enabledByDefault,
    flags: {},
    create: () => ({
      collect: (families) =>
        collect((family, value) => {
          families.gauge(family, 'A fake.', value);
          return undefined;
        }),
    }),
  });
}

const seriesOf = (page: string): string[] =>
  page.split('\n').filter((line) => /^node_(?!exporter|scrape_collector_duration)/.test(line));

describe('which collectors run', () => {
  const succeeded = (name: string): string => `node_scrape_collector_success{collector="${name}"} 1`;
  const both = ['node_also_works 2', succeeded('also_works'), succeeded('works'), 'node_works 1'];
  const first = [succeeded('works'), 'node_works 1'];

  test.each([
    [[], '', both],
    [[], '?collect[]=works', first],
    [[], '?collect[]=works&collect[]=also_works', both],
    [[], '?exclude[]=also_works', first],
    [[], '?exclude[]=nonsense&exclude[]=also_works', first],
    [[], '?exclude[]=works&exclude[]=also_works', both],
    [['--no-collector.also_works'], '', first],
    [['--collector.disable-defaults', '--collector.works'], '', first],
    [['--collector.disable-defaults'], '', []],
    [['--no-collector.zfs', '--no-collector.wifi'], '?collect[]=works', first],
  ])('%j %s', async (argv, query, expected) => {
    const { page } = await start(argv);
    expect(seriesOf(await page(query))).toEqual(expected);
  });

  test.each([
    [
      '?collect[]=nonsense',
      "Couldn't create filtered metrics handler: couldn't create collector: missing collector: nonsense",
    ],
    [
      '?collect[]=is_off',
      "Couldn't create filtered metrics handler: couldn't create collector: disabled collector: is_off",
    ],
    [
      '?collect[]=zfs',
      "Couldn't create filtered metrics handler: couldn't create collector: disabled collector: zfs",
    ],
    ['?collect[]=works&exclude[]=is_off', 'Combined collect and exclude queries are not allowed.'],
  ])('%s is refused', async (query, message) => {
    const { get } = await start([]);
    const response = await get(`/metrics${query}`);
    expect([response.status, await response.text()]).toEqual([400, message]);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('one that is not in this build cannot be switched on', async () => {
    await expect(start(['--collector.zfs'])).rejects.toThrow(CollectorFlagError);
  });
});

describe('collectors that do not succeed', () => {
  test('failing and finding nothing leave the page whole; what was found before a failure stays', async () => {
    const fails = fake('fails', true, (add) => {
      add('node_partial', 1);
      throw new Error('broken sensor');
    });
    const rejects = fake('rejects', true, () => Promise.reject(new Error('later')));
    const finds = fake('finds_nothing', true, () => NO_DATA);
    const { page, logger } = await start([], [fails, rejects, finds, works]);
    expect(seriesOf(await page())).toEqual([
      'node_partial 1',
      'node_scrape_collector_success{collector="fails"} 0',
      'node_scrape_collector_success{collector="finds_nothing"} 0',
      'node_scrape_collector_success{collector="rejects"} 0',
      'node_scrape_collector_success{collector="works"} 1',
      'node_works 1',
    ]);
    const failures = logger.lines.filter(({ message }) => message === 'collector failed');
    expect(failures.map(({ fields }) => [fields.name, (fields.err as Error).message])).toEqual([
      ['fails', 'broken sensor'],
      ['rejects', 'later'],
    ]);
  });

  test('the same metric again is left out, told and counted', async () => {
    const { page, logger } = await start([], [works, fake('copies', true, (add) => add('node_works', 7))]);
    expect(await page()).toContain('\nnode_works 1\n');
    expect(logger.lines.some(({ message }) => message === 'error gathering metrics')).toBe(true);
    expect(await page()).toContain('promhttp_metric_handler_errors_total{cause="gathering"} 1\n');
  });
});

describe('the exporter itself', () => {
  test('tells how it is scraped', async () => {
    const { get, page } = await start([]);
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toBe(
      'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
    );
    await response.text();
    const text = await page();
    for (const line of [
      'promhttp_metric_handler_requests_total{code="200"} 1',
      'promhttp_metric_handler_requests_total{code="503"} 0',
      'promhttp_metric_handler_requests_in_flight 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/^process_resident_memory_bytes /m);
    expect(text).toMatch(/^nodejs_version_info\{major="\d/m);
    expect(text).toMatch(/^node_exporter_build_info\{.*version=/m);
  });

  test('says nothing of itself on demand, except which build it is', async () => {
    const { page } = await start(['--web.disable-exporter-metrics']);
    const text = await page();
    expect(text).toContain('node_exporter_build_info{');
    expect(text).not.toMatch(/^(nodejs|process|promhttp)_/m);
  });

  test('has a landing page, or its metrics there', async () => {
    const { get } = await start(['--web.telemetry-path=/m&m']);
    const landing = await get('/');
    expect(landing.headers.get('content-type')).toContain('text/html');
    expect(await landing.text()).toContain('<a href="/m&amp;m">Metrics</a>');
    const missing = await get('/metrics');
    expect([missing.status, await missing.text()]).toEqual([404, '404 page not found\n']);
    const { get: getRoot } = await start(['--web.telemetry-path=/']);
    expect(await (await getRoot('/')).text()).toContain('node_works 1\n');
  });

  test('serves so many scrapes at a time and no more', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const waits = fake('waits', true, () => {
      begun();
      return released;
    });
    const { get } = await start(['--web.max-requests=1'], [waits]);
    const slow = get('/metrics');
    await hasBegun;
    const refused = await get('/metrics');
    expect([refused.status, await refused.text()]).toEqual([
      503,
      'Limit of concurrent requests reached (1), try again later.\n',
    ]);
    release();
    const answered = await slow;
    expect([answered.status, (await answered.text()).length > 0]).toEqual([200, true]);
  });
});

describe('flags of collectors', () => {
  test.each([
    [
      ['--collector.netdev.device-include=a', '--collector.netdev.device-exclude=b'],
      'device-exclude & device-include are mutually exclusive',
    ],
    [
      ['--collector.diskstats.device-include=a', '--collector.diskstats.device-exclude=b'],
      'mutually exclusive',
    ],
    [
      ['--collector.filesystem.fs-types-include=a', '--collector.filesystem.fs-types-exclude=b'],
      'mutually exclusive',
    ],
    [['--collector.netstat.fields=a('], 'error parsing regexp: missing closing ): `a(`'],
  ])('%j are refused', async (argv, message) => {
    await expect(start(argv, LINUX_COLLECTORS)).rejects.toThrow(message);
  });

  test('an inclusion takes the place of the default exclusion', async () => {
    const folder = temporaryFolder('node-exporter');
    writeFileSync(join(folder.path, 'diskstats'), '7 0 loop0 1 2 3 4\n8 1 sda1 1 2 3 4\n');
    const { page } = await start(
      [
        `--path.procfs=${folder.path}`,
        `--path.sysfs=${folder.path}`,
        '--collector.disable-defaults',
        '--collector.diskstats',
        '--collector.diskstats.device-include=^loop',
      ],
      LINUX_COLLECTORS,
    );
    expect(await page()).toMatch(/^node_disk_reads_completed_total\{device="loop0"\} 1$/m);
    expect(await page()).not.toContain('sda1');
    folder.remove();
  });
});
