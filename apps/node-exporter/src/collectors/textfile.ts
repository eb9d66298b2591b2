import { listFlag, type Logger } from '@narthex/process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { defineCollector } from '../collector.js';
import { asError } from '../errors.js';
import { type FamilySet } from '../families/family-set.js';
import { parseTextfile, type TextfileFamily } from './textfile-families.js';

/** Metrics that others leave in files `*.prom`. */
export const textfile = defineCollector({
  name: 'textfile',
  enabledByDefault: true,
  flags: {
    'collector.textfile.directory': listFlag([], {
      help: 'Directory to read text files with metrics from, supports glob matching. (repeatable)',
    }),
  },
  create({ logger }, flags) {
    const patterns = flags['collector.textfile.directory'];
    return {
      collect(families) {
        const reading = new Reading(logger);
        for (const directory of patterns.flatMap(directoriesOf)) reading.readDirectory(directory);
        reading.addTo(families);
        return undefined;
      },
    };
  },
});

/** The directories a pattern matches; itself, where it is none or matches nothing, so that it is complained of. */
function directoriesOf(pattern: string): string[] {
  if (!/[*?[\\]/.test(pattern)) return [pattern];
  const found = globSync(pattern, {
    onlyDirectories: true,
    absolute: true,
    expandDirectories: false,
    dot: true,
  });
  return found.length === 0 ? [pattern] : found.map((path) => path.replace(/(?<=.)\/$/, '')).sort();
}

/** What one scrape reads of the files. */
class Reading {
  readonly #logger: Logger;
  readonly #families: TextfileFamily[] = [];
  /** By family: the files it was read from. */
  readonly #files = new Map<string, string[]>();
  readonly #helps = new Map<string, string>();
  readonly #modifiedSeconds = new Map<string, number>();
  #hasFailed = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  readDirectory(directory: string): void {
    let names: string[];
    try {
      names = readdirSync(directory).sort();
    } catch (error) {
      if (directory !== '')
        this.#fail('failed to read textfile collector directory', { path: directory }, error);
      return;
    }
    for (const name of names) if (name.endsWith('.prom')) this.#readFile(join(directory, name));
  }

  addTo(families: FamilySet): void {
    for (const { name, type, metrics } of this.#families) {
      const help = this.#helps.get(name) ?? `Metric read from ${this.#files.get(name)?.join(', ') ?? ''}`;
      for (const metric of metrics) families.add(name, type, help, metric);
    }
    for (const [file, seconds] of this.#modifiedSeconds) {
      const help = 'Unixtime mtime of textfiles successfully read.';
      families.gauge('node_textfile_mtime_seconds', help, seconds, { file });
    }
    const help = '1 if there was an error opening or reading a file, 0 otherwise';
    families.gauge('node_textfile_scrape_error', help, this.#hasFailed ? 1 : 0);
  }

  #readFile(path: string): void {
    try {
      for (const family of parseTextfile(readFileSync(path), path)) this.#take(family, path);
      this.#modifiedSeconds.set(path, Math.trunc(statSync(path).mtimeMs / 1000));
    } catch (error) {
      this.#fail('failed to collect textfile data', { file: path }, error);
    }
  }

  /** The first help text of a family stands; a later family with another is left out. */
  #take(family: TextfileFamily, path: string): void {
    const known = this.#helps.get(family.name);
    if (known !== undefined && family.help !== undefined && known !== family.help) {
      this.#fail('inconsistent metric help text', { metric: family.name, file: path });
      return;
    }
    if (family.help !== undefined) this.#helps.set(family.name, family.help);
    this.#files.set(family.name, [...(this.#files.get(family.name) ?? []), path]);
    this.#families.push(family);
  }

  #fail(message: string, fields: Readonly<Record<string, string>>, error?: unknown): void {
    this.#hasFailed = true;
    const cause = error === undefined ? {} : { err: asError(error) };
    this.#logger.error(message, { ...fields, ...cause });
  }
}
