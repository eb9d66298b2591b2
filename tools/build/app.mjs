// Bundles one app: dist/apps/<app>/main.js, one <name>.worker.js per worker entry, one <name>.part.js per part that
// few need and that is loaded when they do, and the pages it serves.
import { build } from 'esbuild';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { addCodeCache } from './code-cache.mjs';

const app = process.argv[2];
if (!app) throw new Error('usage: node tools/build/app.mjs APP');
const root = join('apps', app);
const out = join('dist', root);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const entries = readdirSync(join(root, 'src')).filter((name) => /\.(worker|part)\.ts$/.test(name));
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const { metadata = {} } = JSON.parse(readFileSync(join(root, 'project.json'), 'utf8'));
// Tools and dashboards judge by the version what a server can do: it names the upstream release whose behaviour this
// one has. Our own stands where upstream says from which branch it was built.
const definitions = {
  'process.env.NARTHEX_VERSION': JSON.stringify(metadata.upstreamVersion ?? version),
  'process.env.NARTHEX_BRANCH': JSON.stringify(`narthex-${version}`),
};

const { metafile } = await build({
  entryPoints: ['main.ts', ...entries].map((name) => join(root, 'src', name)),
  outdir: out,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'linked',
  sourcesContent: false,
  minifySyntax: true,
  // Native code cannot be bundled; the container images copy these packages beside the app.
  external: ['snappy', '@node-rs/bcrypt'],
  // What is imported late is required late: the bundle runs as a script of its own.
  supported: { 'dynamic-import': false },
  plugins: [{ name: 'parts', setup: leaveParts }],
  define: { 'import.meta.url': '__bundleUrl', ...definitions },
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  metafile: true,
  logLevel: 'warning',
});

/** A part stays a file of its own: what imports it finds it beside itself. */
function leaveParts({ onResolve }) {
  onResolve({ filter: /\.part\.js$/ }, ({ kind, path }) =>
    kind === 'dynamic-import' ? { path: `./${basename(path)}`, external: true } : undefined,
  );
}

// What a package reads from beside itself at run time has to stand beside the bundle.
const readBesideBundle = { '@bokuweb/zstd-wasm': 'dist/common/zstd.wasm' };
for (const [name, file] of Object.entries(readBesideBundle)) {
  const bundled = Object.keys(metafile.inputs).some((input) => input.includes(`node_modules/${name}/`));
  if (bundled) copyFileSync(join('node_modules', name, file), join(out, basename(file)));
}

if (metadata.pages) {
  const pages = join('dist/apps', metadata.pages);
  if (!existsSync(pages)) throw new Error(`${pages} is missing: build ${metadata.pages} first`);
  cpSync(pages, join(out, 'ui'), { recursive: true });
}
if (metadata.assets) cpSync(join(root, metadata.assets), join(out, metadata.assets), { recursive: true });
await addCodeCache(out, 'main', metadata.warmUp);
