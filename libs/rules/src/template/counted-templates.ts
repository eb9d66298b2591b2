import { Counter, type Registry } from '@narthex/client';
import { type VectorSample } from '../query.js';
import { type AlertTemplates, type TemplateQuery } from './alert-templates.js';

/** What of templates is counted, under upstream's names. */
export class TemplateMetrics {
  readonly expansions: Counter;
  readonly failures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.expansions = new Counter({
      name: 'prometheus_template_text_expansions_total',
      help: 'The total number of template text expansions.',
      registers,
    });
    this.failures = new Counter({
      name: 'prometheus_template_text_expansion_failures_total',
      help: 'The total number of template text expansion failures.',
      registers,
    });
  }
}

/** Counts what other templates expand. */
export class CountedTemplates implements AlertTemplates {
  readonly #templates: AlertTemplates;
  readonly #metrics: TemplateMetrics;

  constructor(templates: AlertTemplates, metrics: TemplateMetrics) {
    this.#templates = templates;
    this.#metrics = metrics;
  }

  async expand(name: string, text: string, sample: VectorSample, query: TemplateQuery): Promise<string> {
    this.#metrics.expansions.inc();
    try {
      return await this.#templates.expand(name, text, sample, query);
    } catch (error) {
      this.#metrics.failures.inc();
      throw error;
    }
  }

  check(name: string, text: string): Promise<void> {
    return this.#templates.check(name, text);
  }
}
