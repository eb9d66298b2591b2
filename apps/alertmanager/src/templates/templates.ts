import { matchingFiles } from '@narthex/config';
import { type GoValue, HtmlTemplateSet, TemplateSet } from '@narthex/gotemplate';
import { type Clock } from '@narthex/process';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { templateFunctions } from './functions';
import { type NotificationData } from './notification-data';
import { templateData } from './template-types';

export interface TemplatesOptions {
  /** Definitions that are there before any file is read. */
  readonly defaults: readonly string[];
  /** Globs of files with further definitions, which replace earlier ones of the same name. */
  readonly globs: readonly string[];
  readonly externalUrl: string;
  readonly clock: Clock;
}

/** Fills in the templates of one notification. */
export interface Expander {
  /** @throws TemplateParseError, TemplateExecutionError, TemplateLimitError */
  text(template: string): string;
  /** The same for HTML, where values are escaped as their place asks for. */
  html(template: string): string;
}

/** The templates of notifications: definitions by name, and the texts of the configuration that use them. */
export class Templates {
  /** Without a slash at the end. */
  readonly externalUrl: string;
  readonly #text: TemplateSet;
  readonly #html: HtmlTemplateSet;
  /** The configuration's texts are few and used again and again. */
  readonly #parsedText = new Map<string, TemplateSet>();
  readonly #parsedHtml = new Map<string, HtmlTemplateSet>();

  private constructor(text: TemplateSet, html: HtmlTemplateSet, externalUrl: string) {
    this.#text = text;
    this.#html = html;
    this.externalUrl = externalUrl;
  }

  /** @throws TemplateParseError, Error where a glob is broken or a file cannot be read */
  static async load(options: TemplatesOptions): Promise<Templates> {
    const settings = { functions: templateFunctions(options.clock), missingKey: 'zero' as const };
    const text = new TemplateSet(settings);
    const html = new HtmlTemplateSet(settings);
    for (const definitions of options.defaults) {
      text.parse('', definitions);
      html.parse('', definitions);
    }
    for (const glob of options.globs) {
      for (const file of await matchingFiles(glob)) {
        const definitions = await readFile(file, 'utf8');
        text.parse(basename(file), definitions);
        html.parse(basename(file), definitions);
      }
    }
    return new Templates(text, html, options.externalUrl);
  }

  /** Templates filled in with this data. */
  expander(data: NotificationData): Expander {
    const dot = templateData(data);
    return {
      text: (template) =>
        template === '' ? '' : this.#parsed(this.#parsedText, this.#text, template).execute('', dot),
      html: (template) =>
        template === '' ? '' : this.#parsed(this.#parsedHtml, this.#html, template).execute('', dot),
    };
  }

  #parsed<S extends TextOrHtml<S>>(known: Map<string, S>, definitions: S, template: string): S {
    let parsed = known.get(template);
    if (parsed === undefined) {
      parsed = definitions.clone().parse('', template);
      known.set(template, parsed);
    }
    return parsed;
  }
}

interface TextOrHtml<S> {
  clone(): S;
  parse(name: string, text: string): S;
  execute(name: string, data: GoValue): string;
}
