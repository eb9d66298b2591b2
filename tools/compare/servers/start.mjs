import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts one server over a data directory and waits until it answers. */
export function startServer(name, command, before, { config, data, flags = [] }) {
  return startProgram(name, command, (address) => [
    ...before,
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=${address}`,
    ...flags,
  ]);
}

/** Starts a program with the arguments for an address on a free port, and waits until it is ready there. */
export async function startProgram(name, command, argumentsFor) {
  const port = await freePort();
  const child = spawn(command, argumentsFor(`127.0.0.1:${port}`), { stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  const keep = (chunk) => (tail = (tail + chunk).slice(-4000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const server = {
    name,
    child,
    url: `http://127.0.0.1:${port}`,
    tail: () => tail,
    stop: () => stopped(child),
  };
  const giveUpMs = performance.now() + 300_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended:\n${tail}`);
    const ready = await fetch(`${server.url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return server;
    if (performance.now() > giveUpMs) {
      await server.stop();
      throw new Error(`${name} does not get ready:\n${tail}`);
    }
    await sleep(20);
  }
}

async function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
