import { formatGoDuration } from '@narthex/gotemplate';
import { formatFloatG, Labels } from '@narthex/model';
import { type Clock, createLogger } from '@narthex/process';
import { type SeriesRef } from '@narthex/storage';
import { TsdbDatabase } from '@narthex/tsdb';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ToolError } from './errors.js';
import { type Tool } from './tool.js';

const SCRAPE_INTERVAL_MS = 30_000;
/** Scraped one after the other, for each group of so many series. */
const SCRAPES_A_ROUND = 100;
const SERIES_A_SCRAPE = 1000;
const FIRST_VALUE = 123_456_789;
const VALUE_STEP = 1000;

export interface WriteBench {
  readonly inputFile: string;
  readonly outputFolder: string;
  readonly metrics: number;
  readonly scrapes: number;
}

/** `promtool tsdb bench write`: how fast a database takes the series of a file. */
export async function benchWrite(options: WriteBench, tool: Tool): Promise<number> {
  const { outputFolder, inputFile } = options;
  rmSync(outputFolder, { recursive: true, force: true });
  mkdirSync(outputFolder, { recursive: true });
  const logger = createLogger({ write: tool.error, nowMs: () => tool.clock.nowMs() });
  const database = await TsdbDatabase.open({
    path: join(outputFolder, 'storage'),
    clock: tool.clock,
    logger,
  });
  const stages = new Stages(tool);
  try {
    let series: readonly Labels[] = [];
    await stages.run('readData', async () => {
      series = await readSeries(inputFile, options.metrics);
    });
    let total = 0;
    const durationMs = await stages.run('ingestScrapes', async () => {
      total = await ingest(database, series, options.scrapes);
      tool.out('ingestion completed\n');
    });
    tool.out(` > total samples: ${total}\n > samples/sec: ${formatRate(total / (durationMs / 1000))}\n`);
  } catch (error) {
    await database.close();
    throw error;
  }
  await stages.run('stopStorage', () => database.close());
  return 0;
}

/** Says when a part begins and how long it took. */
class Stages {
  readonly #out: (text: string) => void;
  readonly #clock: Clock;

  constructor({ out, clock }: Tool) {
    this.#out = out;
    this.#clock = clock;
  }

  /** Milliseconds. */
  async run(stage: string, part: () => Promise<void>): Promise<number> {
    this.#out(`>> start stage=${stage}\n`);
    const startMs = this.#clock.monotonicMs();
    await part();
    const durationMs = this.#clock.monotonicMs() - startMs;
    const text = formatGoDuration(BigInt(Math.round(durationMs * 1e6)));
    this.#out(`>> completed stage=${stage} duration=${text}\n`);
    return durationMs;
  }
}

/** Each line is one series as a flat JSON object of texts without `,` and `:`; repetitions are left out. */
async function readSeries(path: string, most: number): Promise<Labels[]> {
  const input = createReadStream(path, 'utf8');
  await once(input, 'open');
  const series = new Map<string, Labels>();
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (series.size >= most) break;
      const pairs = line.replace(/["{}]/g, '').split(',');
      const labels = Labels.of(
        pairs.map((pair): [string, string] => {
          const [name = '', value] = pair.split(':');
          if (value === undefined) throw new ToolError(`${path}: not a series: ${line}`);
          return [name, value];
        }),
      );
      series.set(labels.key, labels);
    }
  } finally {
    input.destroy();
  }
  return [...series.values()];
}

async function ingest(database: TsdbDatabase, series: readonly Labels[], scrapes: number): Promise<number> {
  let total = 0;
  for (let done = 0; done < scrapes; done += SCRAPES_A_ROUND) {
    for (let from = 0; from < series.length; from += SERIES_A_SCRAPE) {
      total += await scrapeRound(
        database,
        series.slice(from, from + SERIES_A_SCRAPE),
        done * SCRAPE_INTERVAL_MS,
      );
    }
  }
  return total;
}

async function scrapeRound(
  database: TsdbDatabase,
  series: readonly Labels[],
  startMs: number,
): Promise<number> {
  const refs: SeriesRef[] = [];
  const values = new Float64Array(series.length).fill(FIRST_VALUE);
  for (let scrape = 1; scrape <= SCRAPES_A_ROUND; scrape++) {
    const appender = database.appender();
    const timestampMs = startMs + scrape * SCRAPE_INTERVAL_MS;
    for (let i = 0; i < series.length; i++) {
      const ref = (refs[i] ??= appender.series(series[i]!));
      appender.float(ref, timestampMs, (values[i]! += VALUE_STEP));
    }
    await appender.commit();
  }
  return SCRAPES_A_ROUND * series.length;
}

/** As Go prints a float that is passed to Println. */
function formatRate(rate: number): string {
  return rate < 1e21 ? String(rate) : formatFloatG(rate);
}
