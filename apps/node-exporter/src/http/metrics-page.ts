import { type Registry } from '@narthex/client';
import { CONTENT_TYPES, writeTextFamily } from '@narthex/exposition';
import { type Logger } from '@narthex/process';
import { type Request, type Response } from 'express';
import { type CollectorRunner } from '../collector-runner.js';
import { CollectorSelectionError } from '../errors.js';
import { mergeFamilies } from '../families/merge.js';
import { selectCollectors } from '../selection.js';
import { type HandlerMetrics, registryFamilies } from './own-metrics.js';

export interface MetricsPageOptions {
  readonly runner: CollectorRunner;
  readonly enabled: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
  readonly registry: Registry;
  readonly handlerMetrics: HandlerMetrics;
  /** Whether the page tells about the exporter itself, too. */
  readonly showsExporter: boolean;
  /** Scrapes at a time; 0 for any number. */
  readonly maxRequests: number;
  readonly logger: Logger;
}

/** The page that is scraped. */
export class MetricsPage {
  readonly #options: MetricsPageOptions;
  #inFlight = 0;

  constructor(options: MetricsPageOptions) {
    this.#options = options;
  }

  readonly handle = async (request: Request, response: Response): Promise<void> => {
    const { maxRequests, handlerMetrics } = this.#options;
    let isChosen: (name: string) => boolean;
    try {
      isChosen = this.#chosen(request);
    } catch (error) {
      if (!(error instanceof CollectorSelectionError)) throw error;
      sendText(response, 400, error.message);
      return;
    }
    handlerMetrics.started();
    response.once('close', () => handlerMetrics.ended(response.statusCode));
    if (maxRequests > 0 && this.#inFlight >= maxRequests) {
      sendText(response, 503, `Limit of concurrent requests reached (${maxRequests}), try again later.\n`);
      return;
    }
    this.#inFlight++;
    response.once('close', () => this.#inFlight--);
    response.set('Content-Type', CONTENT_TYPES.text).send(await this.text(isChosen));
  };

  /** The page of the collectors that `isChosen` accepts. */
  async text(isChosen: (name: string) => boolean): Promise<string> {
    const { runner, registry, showsExporter, logger, handlerMetrics } = this.#options;
    const own = await registryFamilies(registry, (name) => showsExporter || name.endsWith('_build_info'));
    const problems: string[] = [];
    const families = mergeFamilies([own, ...(await runner.run(isChosen))], (problem) =>
      problems.push(problem),
    );
    if (problems.length > 0) {
      handlerMetrics.gatheringFailed();
      logger.error('error gathering metrics', {
        count: problems.length,
        err: new Error(problems.join('; ')),
      });
    }
    return families.map(writeTextFamily).join('');
  }

  #chosen({ query }: Request): (name: string) => boolean {
    const { enabled, known } = this.#options;
    const selection = { collect: texts(query['collect[]']), exclude: texts(query['exclude[]']) };
    return selectCollectors(selection, enabled, known);
  }
}

function sendText(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain; charset=utf-8').send(text);
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === 'string');
}
