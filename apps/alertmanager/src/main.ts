import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createLogger,
  parseFlags,
  stopSignal,
  systemClock,
  versionInfo,
  versionText,
} from '@narthex/process';
import { AlertmanagerApp } from './app';
import { FLAGS } from './flags';

const PROGRAM = 'alertmanager';

async function main(): Promise<void> {
  const about = { program: PROGRAM, about: 'Takes alerts, groups, mutes and routes them, and notifies.' };
  const outcome = parseFlags(about, FLAGS, process.argv.slice(2));
  if (outcome.kind === 'help' || outcome.kind === 'version') {
    process.stdout.write(outcome.kind === 'help' ? outcome.text : versionText(PROGRAM));
    return;
  }
  if (outcome.kind !== 'run') {
    process.stderr.write(`${PROGRAM}: error: ${outcome.message}, try --help\n`);
    process.exit(1);
  }
  const flags = outcome.values;
  const logger = createLogger({ level: flags['log.level'], format: flags['log.format'] });
  const { version, branch, revision } = versionInfo();
  logger.info('Starting Alertmanager', {
    version: `(version=${version}, branch=${branch}, revision=${revision})`,
  });
  const uiFolder = join(dirname(fileURLToPath(import.meta.url)), 'ui');
  let app: AlertmanagerApp;
  try {
    app = await AlertmanagerApp.create({ flags, clock: systemClock, logger, uiFolder });
    await app.start();
  } catch (error) {
    logger.error('Starting failed', { err: error instanceof Error ? error : new Error(String(error)) });
    process.exit(1);
  }
  process.on('SIGHUP', () => {
    // A reload that fails has said so in the log.
    app.reload().catch(() => undefined);
  });
  logger.info(`Received ${await stopSignal()}, exiting gracefully...`);
  try {
    await app.stop();
    process.exit(0);
  } catch (error) {
    logger.error('Stopping failed', { err: error instanceof Error ? error : new Error(String(error)) });
    process.exit(1);
  }
}

void main();
