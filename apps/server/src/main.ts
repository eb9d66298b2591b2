import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LogFields, stopSignal, systemClock, versionInfo } from '@narthex/process';
import { ServerApp } from './app.js';
import { readCommandLine } from './command-line.js';
import { StartError } from './run/errors.js';

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  if (command.kind === 'exit') {
    process.stdout.write(command.stdout ?? '');
    process.stderr.write(command.stderr ?? '');
    process.exitCode = command.exitCode;
    return;
  }
  const { logger } = command;
  const { version, branch, revision } = versionInfo();
  const agent = command.flags.agent;
  logger.info(agent ? 'Starting Prometheus Agent' : 'Starting Prometheus Server', {
    mode: agent ? 'agent' : 'server',
    version: `(version=${version}, branch=${branch}, revision=${revision})`,
  });
  const folder = dirname(fileURLToPath(import.meta.url));
  try {
    const app = await ServerApp.create({
      ...command,
      clock: systemClock,
      environment: process.env,
      uiFolder: join(folder, 'ui'),
      workerFile: join(folder, 'query.worker.js'),
      maintenanceFile: join(folder, 'maintenance.worker.js'),
      agentFile: join(folder, 'agent.worker.js'),
      onQuit: () => stop('Received termination request via web service, exiting gracefully...'),
    });
    const stop = (reason: string, fields?: LogFields): void => {
      logger.warn(reason, fields);
      app.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error('Stopping failed', { err: error instanceof Error ? error : String(error) });
          process.exit(1);
        },
      );
    };
    void stopSignal().then((signal) => stop('Received an OS signal, exiting gracefully...', { signal }));
    // A reload that fails has said so in the log.
    process.on('SIGHUP', () => void app.reload().catch(() => undefined));
    await app.start();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    if (error.code === 'FLAGS') process.stderr.write(`${error.message}\n`);
    else logger.error(error.message, error.fields);
    process.exit(error.exitCode);
  }
}

void main();
