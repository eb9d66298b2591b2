// The configs in deploy/stack name the usual ports. Where others were chosen, copies with those go to the data folder.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.mjs';

const given = join(workspaceRoot, 'deploy/stack');

/** Paths of the config files to start with: the ones in deploy/stack, or copies that fit the chosen ports. */
export async function writeConfigs(data, host, chosen) {
  for (const { name } of chosen) mkdirSync(join(data, name), { recursive: true });
  const alertmanager = join(given, 'alertmanager.yml');
  const server = join(given, 'prometheus.yml');
  const { components } = await import('./components.mjs');
  const usual = host === '127.0.0.1' && chosen.every(({ port }, i) => port === components[i].port);
  if (usual || !existsSync(server)) return { alertmanager, server };

  const { isScalar, parseDocument, visit } = await import('yaml');
  const document = parseDocument(readFileSync(server, 'utf8'));
  const scrapeHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const addresses = new Map(
    chosen.map(({ port }, i) => [`127.0.0.1:${components[i].port}`, `${scrapeHost}:${port}`]),
  );
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || !isScalar(node) || typeof node.value !== 'string') return;
      node.value = addresses.get(node.value) ?? node.value;
      // Rule files stand beside the original.
      if (node.value.startsWith('rules/')) node.value = join(given, node.value);
    },
  });
  const adapted = join(data, 'prometheus.yml');
  const note = `# Made by npm start from deploy/stack/prometheus.yml for the chosen ports; edit that one and start again.\n`;
  writeFileSync(adapted, note + String(document));
  return { alertmanager, server: adapted };
}
