import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeConfig, list, matchingFiles } from '@narthex/config';
import { LabelsBuilder, type TargetGroup } from '@narthex/model';
import { sleep } from '@narthex/process';
import { type Discoverer, type DiscovererContext, type PushGroups } from './discoverer.js';
import { type FileDiscoveryConfig } from './file-config.js';
import { targetGroupSection } from './static-config.js';

/** The watcher leaves out changes that follow one another within 50 ms: after each it tells of, files are read twice. */
const SECOND_LOOK_MS = 200;
const FILE_LABEL = '__meta_filepath';

const fileSchema = list(targetGroupSection, {
  goType: '[]*targetgroup.Group',
  emptyElement: 'nil target group item found',
});

/**
 * Targets from files in JSON or YAML, read when something changes beside them and at an interval. A file that cannot
 * be read keeps the targets it had.
 */
export class FileDiscoverer implements Discoverer {
  readonly #config: FileDiscoveryConfig;
  readonly #context: DiscovererContext;
  /** How many groups each file held. */
  #known = new Map<string, number>();
  #refreshing: Promise<void> | undefined;
  #refreshAgain = false;

  constructor(config: FileDiscoveryConfig, context: DiscovererContext) {
    this.#config = config;
    this.#context = context;
  }

  async run(push: PushGroups, signal: AbortSignal): Promise<void> {
    // Loaded by those only who use files.
    const { watch } = await import('chokidar');
    const folders = [...new Set(this.#config.files.map((pattern) => dirname(pattern)))];
    const watcher = watch(folders, { depth: 0, ignoreInitial: true });
    let cancelSecondLook: (() => void) | undefined;
    watcher.on('all', () => {
      void this.#refresh(push, signal);
      cancelSecondLook?.();
      cancelSecondLook = this.#context.clock.after(SECOND_LOOK_MS, () => void this.#refresh(push, signal));
    });
    // What changed while the watcher was looking around has brought no event.
    watcher.on('ready', () => void this.#refresh(push, signal));
    watcher.on('error', (error) => {
      this.#context.metrics.fileWatcherErrors.inc();
      this.#context.logger.error('Error watching file', { err: String(error) });
    });
    try {
      do await this.#refresh(push, signal);
      while (await sleep(this.#context.clock, this.#config.refresh_interval, signal));
    } finally {
      await watcher.close();
      cancelSecondLook?.();
      await this.#refreshing;
      for (const file of this.#known.keys()) this.#context.metrics.fileModified.remove(file);
    }
  }

  /** Reads all files, one reading at a time; what changes during one is read right after it. */
  async #refresh(push: PushGroups, signal: AbortSignal): Promise<void> {
    this.#refreshAgain = true;
    this.#refreshing ??= this.#readWhileAsked(push, signal).finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #readWhileAsked(push: PushGroups, signal: AbortSignal): Promise<void> {
    while (this.#refreshAgain && !signal.aborted) {
      this.#refreshAgain = false;
      await this.#readAll(push, signal);
    }
  }

  async #readAll(push: PushGroups, signal: AbortSignal): Promise<void> {
    const { clock, logger, metrics } = this.#context;
    const startMs = clock.monotonicMs();
    const found = new Map<string, number>();
    const groups: TargetGroup[] = [];
    for (const path of await this.#list()) {
      try {
        const read = await this.#readGroups(path);
        groups.push(...read);
        found.set(path, read.length);
      } catch (error) {
        metrics.fileReadErrors.inc();
        logger.error('Error reading file', { path, err: error instanceof Error ? error : String(error) });
        found.set(path, this.#known.get(path) ?? 0);
      }
    }
    if (signal.aborted) return;
    for (const [path, count] of this.#known) {
      const present = found.get(path) ?? 0;
      for (let i = present; i < count; i++) groups.push(emptyGroup(path, i));
      if (!found.has(path)) metrics.fileModified.remove(path);
    }
    this.#known = found;
    metrics.fileScanDuration.observe((clock.monotonicMs() - startMs) / 1000);
    push(groups);
  }

  async #list(): Promise<readonly string[]> {
    const paths: string[] = [];
    for (const pattern of this.#config.files) {
      try {
        paths.push(...(await matchingFiles(pattern)));
      } catch (error) {
        this.#context.logger.error('Error expanding glob', { glob: pattern, err: String(error) });
      }
    }
    return [...new Set(paths)];
  }

  async #readGroups(path: string): Promise<TargetGroup[]> {
    const text = await readFile(path, 'utf8');
    const { mtimeMs } = await stat(path);
    const groups = decodeConfig(text, { file: path, folder: dirname(path) }, fileSchema).value;
    this.#context.metrics.fileModified.set({ filename: path }, Math.floor(mtimeMs / 1000));
    return groups.map(({ targets, labels }, i) => ({
      source: sourceOf(path, i),
      labels: new LabelsBuilder(labels).set(FILE_LABEL, path).labels(),
      targets,
    }));
  }
}

function emptyGroup(path: string, index: number): TargetGroup {
  return { source: sourceOf(path, index), labels: new LabelsBuilder().labels(), targets: [] };
}

function sourceOf(path: string, index: number): string {
  return `${path}:${index}`;
}
