import { ConfigError, matchingFiles } from '@narthex/config';
import { type HttpClientConfig } from '@narthex/httpclient';
import { LabelsBuilder, quoteGo, relabelBuilder, type TargetGroup } from '@narthex/model';
import { discoveredLabels, TargetError, targetLabels } from '@narthex/scrape';
import { type AlertmanagerEntry, type ScrapeJob } from '@narthex/server-config';
import { stat } from 'node:fs/promises';
import { errorText, ToolError } from '../errors.js';
import { type Tool } from '../tool.js';
import { readTargetFile } from './sd-file.js';

const ADDRESS = '__address__';

/**
 * Checks the targets of a scrape configuration and, unless `syntaxOnly`, the files that it names and what is in them.
 * @throws ToolError
 */
export async function checkJobFiles(job: ScrapeJob, syntaxOnly: boolean, tool: Tool): Promise<void> {
  checkCertificatePair(job.tls_config);
  const check = (group: TargetGroup): void => checkTargets(group, job);
  if (!syntaxOnly) {
    const credentials = job.authorization?.credentials_file ?? job.bearer_token_file;
    await checkExists('authorization credentials or bearer token file', credentials);
    await checkExists('client cert file', job.tls_config?.cert_file ?? '');
    await checkExists('client key file', job.tls_config?.key_file ?? '');
    for (const { files } of job.file_sd_configs) {
      await checkTargetFiles(files, `in scrape job ${quoteGo(job.job_name)}`, check, tool);
    }
  }
  for (const [source, group] of job.static_configs.entries()) check({ ...group, source: String(source) });
}

/** Likewise of an entry of `alertmanagers`. @throws ToolError */
export async function checkAlertmanagerFiles(
  entry: AlertmanagerEntry,
  syntaxOnly: boolean,
  tool: Tool,
): Promise<void> {
  const check = (group: TargetGroup): void => checkAlertmanagers(group, entry);
  for (const { files } of syntaxOnly ? [] : entry.file_sd_configs) {
    await checkTargetFiles(files, 'in alertmanager config', check, tool);
  }
  for (const group of entry.static_configs) check(group);
}

async function checkTargetFiles(
  patterns: readonly string[],
  where: string,
  check: (group: TargetGroup) => void,
  { out }: Tool,
): Promise<void> {
  for (const pattern of patterns) {
    const files = await matchingFiles(pattern);
    if (files.length === 0) out(`  WARNING: file ${quoteGo(pattern)} for file_sd ${where} does not exist\n`);
    for (const file of files) {
      let groups: TargetGroup[];
      try {
        groups = await readTargetFile(file);
      } catch (cause) {
        if (!(cause instanceof ToolError || cause instanceof ConfigError)) throw cause;
        throw new ToolError(`checking SD file ${quoteGo(pattern)}: ${cause.message}`, { cause });
      }
      groups.forEach(check);
    }
  }
}

function checkTargets(group: TargetGroup, job: ScrapeJob): void {
  for (const [instance, target] of group.targets.entries()) {
    try {
      targetLabels(discoveredLabels(target, group, job), job);
    } catch (cause) {
      if (!(cause instanceof TargetError)) throw cause;
      throw new ToolError(`instance ${instance} in group ${group.source}: ${cause.message}`, { cause });
    }
  }
}

function checkAlertmanagers(group: TargetGroup, entry: AlertmanagerEntry): void {
  for (const target of group.targets) {
    const builder = new LabelsBuilder(group.labels);
    for (const [name, value] of target) builder.set(name, value);
    if (!relabelBuilder(builder, entry.relabel_configs)) continue;
    const address = builder.get(ADDRESS);
    if (address.includes('/')) throw new ToolError(`${quoteGo(address)} is not a valid hostname`);
  }
}

function checkCertificatePair(tls: HttpClientConfig['tls_config']): void {
  if (tls === undefined) return;
  if (tls.cert_file !== '' && tls.key_file === '')
    throw new ToolError(`client cert file ${quoteGo(tls.cert_file)} specified without client key file`);
  if (tls.key_file !== '' && tls.cert_file === '')
    throw new ToolError(`client key file ${quoteGo(tls.key_file)} specified without client cert file`);
}

async function checkExists(what: string, file: string): Promise<void> {
  if (file === '') return;
  try {
    await stat(file);
  } catch (cause) {
    throw new ToolError(`error checking ${what} ${quoteGo(file)}: ${errorText(cause)}`, { cause });
  }
}
