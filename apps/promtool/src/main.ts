import { promtool } from './promtool.js';

const output = {
  out: (text: string): void => void process.stdout.write(text),
  error: (text: string): void => void process.stderr.write(text),
};

void promtool(process.argv.slice(2), output).then((exitCode) => {
  process.exitCode = exitCode;
});
