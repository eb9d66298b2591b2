import {
  structType,
  TemplateExecutionError,
  TemplateLimitError,
  TemplateParseError,
  TemplateSet,
  type GoValue,
} from '@narthex/gotemplate';
import { type Labels } from '@narthex/model';
import { RuleError } from '../errors.js';
import { type VectorSample } from '../query.js';
import { type AlertTemplates, type TemplateQuery } from './alert-templates.js';
import { templateFunctions } from './functions.js';
import { stringMap } from './query-result.js';

/** Stands in front of every text, so that `$labels` and the others are there; error columns count it in, as upstream's. */
const DEFINITIONS =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';

const dataType = structType<Readonly<Record<'Labels' | 'ExternalLabels' | 'ExternalURL' | 'Value', GoValue>>>(
  {
    name: 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
    fields: ['Labels', 'ExternalLabels', 'ExternalURL', 'Value'],
  },
);

export interface GoAlertTemplatesOptions {
  readonly externalLabels: Labels;
  readonly externalUrl: Pick<URL, 'href' | 'pathname'>;
  /** For `now`, in ms. */
  readonly nowMs: () => number;
}

/** Alert templates in Go's language. */
export class GoAlertTemplates implements AlertTemplates {
  readonly #options: GoAlertTemplatesOptions;

  constructor(options: GoAlertTemplatesOptions) {
    this.#options = options;
  }

  async expand(name: string, text: string, sample: VectorSample, query: TemplateQuery): Promise<string> {
    if (!text.includes('{{')) return text;
    const { externalLabels, externalUrl } = this.#options;
    const data = dataType.of({
      Labels: stringMap(sample.labels),
      ExternalLabels: stringMap(externalLabels),
      ExternalURL: externalUrl.href.replace(/\/$/, ''),
      Value: sample.value,
    });
    try {
      return await this.#parsed(name, text, query).executeAsync(name, data);
    } catch (error) {
      throw asRuleError(error, `error executing template ${name}: `);
    }
  }

  check(name: string, text: string): Promise<void> {
    try {
      this.#parsed(name, text, () => Promise.resolve({ samples: [], warnings: [], infos: [] }));
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(asRuleError(error, ''));
    }
  }

  #parsed(name: string, text: string, query: TemplateQuery): TemplateSet {
    const { externalUrl, nowMs } = this.#options;
    const functions = templateFunctions({ externalUrl, timestampMs: nowMs(), query });
    return new TemplateSet({ functions, missingKey: 'zero' }).parse(name, DEFINITIONS + text);
  }
}

function asRuleError(error: unknown, executing: string): Error {
  if (error instanceof TemplateParseError) {
    const prefix = executing === '' ? '' : executing.replace('executing', 'parsing');
    return new RuleError('TEMPLATE', prefix + error.message, { cause: error });
  }
  if (error instanceof TemplateExecutionError || error instanceof TemplateLimitError) {
    return new RuleError('TEMPLATE', executing + error.message, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
