import { readdir, readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import {
  func,
  type GoValue,
  HtmlTemplateSet,
  mapOf,
  namedMap,
  quoteGo,
  safeHtml,
  sliceOf,
  structType,
  TemplateEscapeError,
  TemplateExecutionError,
  TemplateLimitError,
  TemplateParseError,
  types,
} from '@narthex/gotemplate';
import { type Labels } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { type InstantQuery, templateFunctions } from '@narthex/rules';
import { type Router } from 'express';
import { plainError } from '../api/endpoint.js';
import { type FormValues, queryOf } from '../api/form-values.js';
import { type ExternalUrl } from '../flags/external-url.js';
import { contentTypeOf } from './content-type.js';

export interface ConsoleOptions {
  /** `--web.console.templates` */
  readonly templateFolder: string;
  /** `--web.console.libraries`: its `*.lib` files are there for every console. */
  readonly libraryFolder: string;
  readonly clock: Clock;
  readonly externalUrl: ExternalUrl;
  readonly externalLabels: () => Labels;
  readonly query: InstantQuery;
}

/** Stand before every console, so that it can write `$params` for `.Params`; error columns count them in. */
const DEFINITIONS =
  '{{$rawParams := .RawParams }}{{$params := .Params}}{{$path := .Path}}{{$externalLabels := .ExternalLabels}}';

const stringMap = mapOf(types.string, types.string);
const textList = sliceOf(types.string);
const valuesType = namedMap({ name: 'url.Values', element: textList });
const dataType = structType<Readonly<Record<'RawParams' | 'Params' | 'Path' | 'ExternalLabels', GoValue>>>({
  name: 'struct { RawParams url.Values; Params map[string]string; Path string; ExternalLabels map[string]string }',
  fields: ['RawParams', 'Params', 'Path', 'ExternalLabels'],
});

/**
 * `/consoles/…`: pages of the user's own, templates in Go's language
 * (https://prometheus.io/docs/visualization/consoles/).
 */
export function mountConsoles(router: Router, options: ConsoleOptions): void {
  router.get(/^\/consoles\/(.*)$/, async (request, response) => {
    const name = `/${String(request.params[0])}`;
    const given = queryOf(request);
    const answer =
      given.fault === undefined
        ? await consoleAnswer(options, name, given)
        : ({ status: 400, text: given.fault } as const);
    if (answer.status !== 200) {
      plainError(response, answer.status, answer.text);
      return;
    }
    response.status(200).setHeader('Content-Type', contentTypeOf(answer.text));
    response.end(answer.text);
  });
}

interface ConsoleAnswer {
  readonly status: 200 | 400 | 404 | 500;
  readonly text: string;
}

async function consoleAnswer(
  options: ConsoleOptions,
  name: string,
  given: FormValues,
): Promise<ConsoleAnswer> {
  // Cleaned as an absolute path, nothing leads out of the folder.
  const file = join(options.templateFolder, normalize(name.replaceAll('\0', '')).replace(/\/+$/, ''));
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return fileFault(file, error as NodeJS.ErrnoException);
  }
  const title = `__console_${name}`;
  try {
    return { status: 200, text: await expanded(options, title, text, consoleData(options, name, given)) };
  } catch (error) {
    if (error instanceof TemplateParseError) {
      return { status: 500, text: `error parsing template ${title}: ${error.message}` };
    }
    const known =
      error instanceof TemplateExecutionError ||
      error instanceof TemplateEscapeError ||
      error instanceof TemplateLimitError;
    if (!known) throw error;
    return { status: 500, text: `error executing template ${title}: ${error.message}` };
  }
}

function fileFault(file: string, { code, message }: NodeJS.ErrnoException): ConsoleAnswer {
  const shown = file.replace(/\/$/, '');
  if (code === 'EISDIR') return { status: 500, text: `read ${shown}: is a directory` };
  if (code === 'ENOENT') return { status: 404, text: `open ${shown}: no such file or directory` };
  if (code === 'ENOTDIR') return { status: 404, text: `open ${shown}: not a directory` };
  return { status: 404, text: message };
}

function consoleData(options: ConsoleOptions, name: string, given: FormValues): GoValue {
  const { names } = given;
  return dataType.of({
    RawParams: valuesType.of(new Map(names.map((key) => [key, textList.of(given.all(key))]))),
    Params: stringMap.of(new Map(names.map((key) => [key, given.all(key)[0] ?? '']))),
    Path: name.replace(/^\/+/, ''),
    ExternalLabels: stringMap.of(new Map(options.externalLabels())),
  });
}

async function expanded(
  options: ConsoleOptions,
  title: string,
  text: string,
  data: GoValue,
): Promise<string> {
  const { clock, externalUrl, query } = options;
  const timestampMs = clock.nowMs();
  const functions = new Map(
    templateFunctions({ externalUrl, timestampMs, query: (expression) => query(expression, timestampMs) }),
  );
  functions.set(
    'tmpl',
    func([types.string, types.any], async (called, value) => {
      if (!set.has(called)) throw new Error(`html/template: ${quoteGo(called)} is undefined`);
      return safeHtml(await set.executeAsync(called, value));
    }),
  );
  const set = new HtmlTemplateSet({ functions, missingKey: 'zero' });
  set.parse(title, DEFINITIONS + text);
  for (const [library, source] of await libraries(options.libraryFolder)) set.parse(library, source);
  return set.executeAsync(title, data);
}

/** Names and texts; none where there is no such folder. */
async function libraries(folder: string): Promise<readonly (readonly [string, string])[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return [];
  }
  const found = names.filter((name) => name.endsWith('.lib')).sort();
  return Promise.all(found.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const));
}
