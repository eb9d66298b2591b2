// What the kernels of a library are compiled with: one AssemblyScript file to WebAssembly, and that to a committed
// TypeScript file that holds it as base64.
import { writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

/** The bytes of the module that `entry`, a file in `folder`, compiles to. */
export async function compileKernel(folder, entry) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      entry,
      ...['--baseDir', folder, '--outFile', 'kernels.wasm'],
      ...['--runtime', 'stub', '--use', 'abort=', '--noAssert', '-O3', '--initialMemory', '4'],
    ],
    { writeFile: (name, contents) => void (name.endsWith('.wasm') && (binary = contents)) },
  );
  if (error || !binary) throw new Error(`asc: ${stderr.toString()}`, { cause: error });
  return Buffer.from(binary);
}

export function writeKernel(file, constant, binary) {
  const lines = binary
    .toString('base64')
    .match(/.{1,100}/g)
    .map((line) => `  '${line}'`);
  const text = `// Written by build-kernels.mjs from assembly/. Do not edit.\nexport const ${constant}: string = [\n${lines.join(',\n')},\n].join('');\n`;
  writeFileSync(file, text);
}
