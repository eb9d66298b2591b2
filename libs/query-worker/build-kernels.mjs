// Compiles assembly/points.ts to WebAssembly and writes it, as base64, into src/json/points-kernel.generated.ts. The
// result is committed; a test compiles again and compares.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = dirname(fileURLToPath(import.meta.url));

/** The bytes of the module. */
export async function compileKernels() {
  let binary;
  const { error, stderr } = await asc.main(
    [
      'assembly/points.ts',
      ...['--baseDir', here, '--outFile', 'kernels.wasm'],
      ...['--runtime', 'stub', '--use', 'abort=', '--noAssert', '-O3', '--initialMemory', '4'],
    ],
    { writeFile: (name, contents) => void (name.endsWith('.wasm') && (binary = contents)) },
  );
  if (error || !binary) throw new Error(`asc: ${stderr.toString()}`, { cause: error });
  return Buffer.from(binary);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const base64 = (await compileKernels()).toString('base64');
  const lines = base64.match(/.{1,100}/g).map((line) => `  '${line}'`);
  const text = `// Written by build-kernels.mjs from assembly/. Do not edit.\nexport const POINTS_KERNEL_BASE64: string = [\n${lines.join(',\n')},\n].join('');\n`;
  writeFileSync(join(here, 'src/json/points-kernel.generated.ts'), text);
}
