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

/** Beyond so many texts, all are parsed anew. */
const MOST_PARSED = 10_000;

/** Alert templates in Go's language. */
export class GoAlertTemplates implements AlertTemplates {
  readonly #options: GoAlertTemplatesOptions;
  /** By their text, behind the name that errors tell. */
  readonly #sets = new Map<string, TemplateSet>();

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
      const functions = templateFunctions({ externalUrl, timestampMs: this.#options.nowMs(), query });
      return await this.#parsed(name, text).clone({ functions }).executeAsync(name, data);
    } catch (error) {
      throw asRuleError(error, `error executing template ${name}: `);
    }
  }

  check(name: string, text: string): Promise<void> {
    try {
      this.#parsed(name, text);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(asRuleError(error, ''));
    }
  }

  /** Its functions are there by their names only. */
  #parsed(name: string, text: string): TemplateSet {
    const key = `${name}\n${text}`;
    let set = this.#sets.get(key);
    if (set === undefined) {
      const { externalUrl } = this.#options;
      const functions = templateFunctions({ externalUrl, timestampMs: 0, query: noQuery });
      set = new TemplateSet({ functions, missingKey: 'zero' }).parse(name, DEFINITIONS + text);
      if (this.#sets.size >= MOST_PARSED) this.#sets.clear();
      this.#sets.set(key, set);
    }
    return set;
  }
}

const noQuery: TemplateQuery = () => Promise.resolve({ samples: [], warnings: [], infos: [] });

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
