// Compiles assembly/kernels.ts to WebAssembly and writes it, as base64, into src/kernels.generated.ts. The result is
// committed; a test compiles again and compares.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernel, writeKernel } from '../../tools/build/kernel.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** The bytes of the module. */
export function compileKernels() {
  return compileKernel(here, 'assembly/kernels.ts');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeKernel(join(here, 'src/kernels.generated.ts'), 'KERNELS_BASE64', await compileKernels());
}
