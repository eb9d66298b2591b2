import { createLogger, parseFlags, stopSignal, systemClock, versionText } from '@narthex/process';
import { Pushgateway } from './app.js';
import { FLAGS } from './flags.js';

const about = { program: 'pushgateway', about: 'The Pushgateway' };
const outcome = parseFlags(about, FLAGS, process.argv.slice(2));

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
  const flags = outcome.values;
  const logger = createLogger({ level: flags['log.level'], format: flags['log.format'] });
  let end: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  void stopSignal().then((signal) => end(`received ${signal}`));
  const quit = (): void => end('received termination request via web service');
  const app = new Pushgateway({ flags, clock: systemClock, logger, quit });
  try {
    await app.start();
  } catch (error) {
    logger.error('could not start', { err: error as Error });
    await app.stop();
    return 1;
  }
  logger.info(`${await ended}; exiting gracefully...`);
  await app.stop();
  return 0;
}

void run().then((exitCode) => process.exit(exitCode));
