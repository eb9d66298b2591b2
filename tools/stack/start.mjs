// `npm start`: installs and builds what is missing, then runs the whole stack on embedded storage until Ctrl-C.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeConfigs } from './configs.mjs';
import { components, dataFolder } from './components.mjs';
import { portIsFree } from './ports.mjs';
import { Supervisor } from './supervisor.mjs';
import { build, install } from './workspace.mjs';

const usage = `usage: npm start -- [flags]

${components.map(({ title, flag, port }) => `  --${flag}=PORT`.padEnd(32) + `${title} (${port})`).join('\n')}
  --host=ADDRESS                where all of them listen (127.0.0.1)
  --data=FOLDER                 where they keep their data (./data)
  --help
`;

/** The command line, or an exit with its mistake in one line. */
function readFlags() {
  const options = {
    host: { type: 'string' },
    data: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  };
  for (const { flag } of components) options[flag] = { type: 'string' };
  try {
    const { values } = parseArgs({ options });
    for (const { flag } of components) {
      const port = Number(values[flag] ?? 1);
      if (!Number.isInteger(port) || port < 1 || port > 65_535)
        throw new Error(`--${flag} takes a port from 1 to 65535`);
    }
    return values;
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

const flags = readFlags();
if (flags.help) {
  console.log(usage);
  process.exit(0);
}
const host = flags.host ?? '127.0.0.1';
const data = dataFolder(flags.data);
const chosen = components.map((component) => ({
  ...component,
  port: Number(flags[component.flag] ?? component.port),
}));

for (const { title, port, flag } of chosen) {
  if (!(await portIsFree(host, port))) {
    console.error(
      `Port ${port} of ${title} is taken: free it, or choose another with: npm start -- --${flag}=PORT`,
    );
    process.exit(1);
  }
}

await install();
await build();
mkdirSync(data, { recursive: true });
const configs = await writeConfigs(data, host, chosen);

const supervisor = new Supervisor({ host, data, configs });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void supervisor.stop(0));
supervisor.start(chosen);
await supervisor.waitUntilReady();
