import { type Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type ScrapeManager } from '../scrape-manager';
import { type Target } from '../target';
import { type Answer, MetricsServer } from './metrics-server';
import { type RecordingStorage } from './recording-storage';
import { createManager, scrapeConfig, targetGroup } from './scrape-job';

/** A clock that a test moves. */
export interface TestClock extends Clock {
  advance(byMs: number): Promise<void>;
}

/** What tests bring along, from the test kit. */
export interface TestTools<L extends Logger> {
  readonly createClock: (startMs: number) => TestClock;
  readonly createLogger: () => L;
  readonly eventually: (what: string, probe: () => boolean) => Promise<unknown>;
}

/** A job `j`, scraped each second of a clock that stands still until a test moves it. */
export interface JobUnderTest<L extends Logger> {
  readonly manager: ScrapeManager;
  readonly storage: RecordingStorage;
  readonly registry: Registry;
  readonly logger: L;
  readonly clock: TestClock;
  /** The labels of its first target. */
  readonly base: { readonly job: string; readonly instance: string };
  readonly configure: (yaml: string) => Promise<void>;
  readonly discover: (addresses: readonly string[]) => Promise<void>;
  /** Lets an interval pass and waits until the scrapes in it are stored, one commit each. */
  readonly scrape: (commits?: number) => Promise<void>;
  readonly target: () => Target;
  readonly lastError: () => string | undefined;
}

/** What tests of one file open, closed by {@link closeAll}. */
export class Opened<L extends Logger> {
  readonly #tools: TestTools<L>;
  readonly #closers: (() => Promise<unknown>)[] = [];

  constructor(tools: TestTools<L>) {
    this.#tools = tools;
  }

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  async serve(answer: Answer | string): Promise<MetricsServer> {
    const server = await MetricsServer.start(answer);
    this.add(() => server.stop());
    return server;
  }

  async job(
    addresses: string | readonly string[],
    yaml = '',
    features: Parameters<typeof createManager>[2] = {},
  ): Promise<JobUnderTest<L>> {
    const clock = this.#tools.createClock(1_700_000_000_000);
    const logger = this.#tools.createLogger();
    const all = createManager(clock, logger, features);
    this.add(() => all.manager.stop());
    const list = typeof addresses === 'string' ? [addresses] : addresses;
    const configure = (more: string): Promise<void> =>
      all.manager.applyConfig([scrapeConfig(`job_name: j\nscrape_interval: 1s\n${more}`)], Labels.EMPTY);
    const discover = (found: readonly string[]): Promise<void> =>
      all.manager.updateTargets(new Map([['j', [targetGroup(found)]]]));
    await configure(yaml);
    await discover(list);
    return {
      ...all,
      logger,
      clock,
      configure,
      discover,
      base: { job: 'j', instance: list[0] ?? '' },
      scrape: async (commits = 1) => {
        const before = all.storage.commits;
        await clock.advance(1000);
        await this.#tools.eventually(
          'the scrape to be stored',
          () => all.storage.commits >= before + commits,
        );
      },
      target: (): Target => all.manager.targets()[0]!.active[0]!,
      lastError: (): string | undefined => all.manager.targets()[0]!.active[0]!.last?.error,
    };
  }
}
