import { createLogger, parseFlags, stopSignal, systemClock, versionText } from '@narthex/process';
import { collectorsOf, NodeExporter } from './app.js';
import { flagSpecs } from './flags.js';

const about = { program: 'node_exporter', about: 'Prometheus exporter for hardware and OS metrics.' };
const collectors = collectorsOf(process.platform);
const outcome = parseFlags(about, flagSpecs(collectors), process.argv.slice(2));

async function run(): Promise<number> {
  switch (outcome.kind) {
    case 'help':
      process.stdout.write(outcome.text);
      return 0;
    case 'version':
      process.stdout.write(versionText(about.program));
      return 0;
    case 'syntax':
    case 'value':
      process.stderr.write(`${about.program}: error: ${outcome.message}, try --help\n`);
      return 1;
    case 'run':
      break;
  }
  const { values: flags, given } = outcome;
  const logger = createLogger({ level: flags['log.level'], format: flags['log.format'] });
  const ended = stopSignal();
  const app = new NodeExporter({ flags, given, collectors, clock: systemClock, logger });
  try {
    await app.start();
  } catch (error) {
    logger.error('could not start', { err: error as Error });
    await app.stop();
    return 1;
  }
  logger.info(`Received ${await ended}, exiting gracefully...`);
  await app.stop();
  return 0;
}

void run().then((exitCode) => process.exit(exitCode));
