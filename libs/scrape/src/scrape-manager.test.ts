import { afterEach, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { eventually, freePort, ManualClock } from '@narthex/testkit';
import { MetricsServer, text } from './testing/metrics-server';
import { createManager, scrapeConfig, targetGroup } from './testing/scrape-job';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(answer: Parameters<typeof MetricsServer.start>[0]): Promise<MetricsServer> {
  const server = await MetricsServer.start(answer);
  closers.push(() => server.stop());
  return server;
}

/** A job with one target, scraped each second of a clock that stands still until a test moves it. */
async function scrapeJob(address: string, yaml = '') {
  const clock = new ManualClock(1_700_000_000_000);
  const all = createManager(clock);
  closers.push(() => all.manager.stop());
  const job = `job_name: j\nscrape_interval: 1s\n${yaml}`;
  await all.manager.applyConfig([scrapeConfig(job)], Labels.EMPTY);
  await all.manager.updateTargets(new Map([['j', [targetGroup([address])]]]));
  const base = { job: 'j', instance: address };
  /** Lets one interval pass and waits until the scrape in it is stored. */
  const scrape = async (times = 1): Promise<void> => {
    for (let i = 0; i < times; i++) {
      const before = all.storage.commits;
      await clock.advance(1000);
      await eventually('the scrape to be stored', () => all.storage.commits > before);
    }
  };
  const target = () => all.manager.targets()[0]!.active[0]!;
  return { ...all, clock, base, scrape, target, job };
}

describe('ScrapeManager', () => {
  test('stores what a target exposes, and what the scrape was like', async () => {
    const server = await serve('# TYPE a counter\na{x="1"} 5\nb 2\n');
    const { storage, base, scrape, target } = await scrapeJob(server.address);
    await scrape(2);
    expect(storage.values({ __name__: 'a', x: '1', ...base })).toEqual([5, 5]);
    expect(storage.values({ __name__: 'b', ...base })).toEqual([2, 2]);
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1, 1]);
    expect(storage.values({ __name__: 'scrape_samples_scraped', ...base })).toEqual([2, 2]);
    expect(storage.values({ __name__: 'scrape_samples_post_metric_relabeling', ...base })).toEqual([2, 2]);
    expect(storage.values({ __name__: 'scrape_series_added', ...base })).toEqual([2, 0]);
    expect(storage.values({ __name__: 'scrape_duration_seconds', ...base })).toHaveLength(2);
    expect(target().health).toBe('up');
    expect(target().url).toBe(`http://${server.address}/metrics`);
    const times = storage.samples({ __name__: 'a', x: '1', ...base }).map((sample) => sample.timestampMs);
    expect(times[1]! - times[0]!).toBe(1000);
  });

  test('sends the headers that upstream sends', async () => {
    const server = await serve('a 1\n');
    const { scrape } = await scrapeJob(
      server.address,
      'scrape_timeout: 500ms\nparams: {x: ["1 2"]}\nmetrics_path: /m\n',
    );
    await scrape();
    const { headers, url } = server.requests[0]!;
    expect(url).toBe('/m?x=1+2');
    expect(headers.accept).toBe(
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    );
    expect(headers['accept-encoding']).toBe('gzip');
    expect(headers['x-prometheus-scrape-timeout-seconds']).toBe('0.5');
    expect(headers['user-agent']).toBe('Prometheus/test');
  });

  test('marks what vanishes as stale, and a failed scrape as down', async () => {
    const server = await serve('a 1\nb 1\n');
    const { storage, base, scrape, target } = await scrapeJob(server.address);
    await scrape();
    server.answer = text('b 2\n');
    await scrape(2);
    server.answer = (_request, response) => {
      response.statusCode = 500;
      response.end('no');
    };
    await scrape();
    expect(target().last?.error).toBe('server returned HTTP status 500 Internal Server Error');
    expect(target().health).toBe('down');
    server.answer = text('b 3\n');
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 'stale']);
    expect(storage.values({ __name__: 'b', ...base })).toEqual([1, 2, 2, 'stale', 3]);
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1, 1, 1, 0, 1]);
  });

  test('a target that refuses connections is down for that reason', async () => {
    const port = await freePort();
    const { scrape, target } = await scrapeJob(`127.0.0.1:${port}`);
    await scrape();
    expect(target().last?.error).toBe(
      `Get "http://127.0.0.1:${port}/metrics": dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
  });
});
