import { createHash } from 'node:crypto';
import { dirname, isAbsolute, join } from 'node:path';
import { ConfigError, decodeConfig, printConfig, readConfigText, type YamlSource } from '@narthex/config';
import { type InhibitionRule } from '../inhibition/inhibitor';
import { type TimeInterval } from '../intervals/time-interval';
import { type MatcherParser } from '../matchers/matcher-parser';
import { type RouteDefinition } from '../routing/route';
import { completeConfig } from './complete';
import { inhibitionRule } from './sections/inhibition';
import { timeIntervals } from './sections/intervals';
import { type ReceiverSection } from './sections/receiver';
import { type RootSection, rootSection } from './sections/root';
import { routeDefinition } from './sections/route';

/** A configuration that can be used. */
export interface Config {
  readonly resolveTimeoutMs: number;
  readonly route: RouteDefinition;
  readonly receivers: readonly ReceiverSection[];
  readonly inhibitionRules: readonly InhibitionRule[];
  readonly intervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** Globs of template files. */
  readonly templates: readonly string[];
  /** The configuration as YAML, defaults filled in, secrets hidden. */
  readonly shown: string;
  /** The value of `alertmanager_config_hash`: the first 48 bits of the file's MD5, as upstream. */
  readonly hash: number;
}

/** Reads a configuration file. @throws ConfigError */
export async function loadConfig(file: string, parser: MatcherParser): Promise<Config> {
  return readConfig(await readConfigText(file), { file, folder: dirname(file) }, parser);
}

/** Reads the text of a configuration file. @throws ConfigError */
export function readConfig(text: string, source: YamlSource, parser: MatcherParser): Config {
  if (isBlank(text)) throw new ConfigError('VALUE', { file: source.file }, 'no route provided in config');
  const schema = rootSection(parser);
  const { value } = decodeConfig(text, source, schema);
  if (value.route === undefined) throw new Error('the section refuses a configuration without a route');
  const root = complete({ ...value, route: value.route }, source);
  const named = [...root.mute_time_intervals, ...root.time_intervals];
  return {
    resolveTimeoutMs: root.global.resolve_timeout,
    route: routeDefinition(root.route),
    receivers: root.receivers,
    inhibitionRules: root.inhibit_rules.map(inhibitionRule),
    intervals: new Map(named.map((interval) => [interval.name, timeIntervals(interval)])),
    templates: root.templates.map((glob) => (isAbsolute(glob) ? glob : join(source.folder, glob))),
    shown: printConfig(schema, root),
    hash: createHash('md5').update(text).digest().readUIntLE(0, 6),
  };
}

function complete(root: RootSection, source: YamlSource): RootSection {
  try {
    return completeConfig(root);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('VALUE', { file: source.file }, message, { cause });
  }
}

function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#|$)/.test(line));
}
