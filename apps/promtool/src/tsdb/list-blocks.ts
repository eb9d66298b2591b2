import { type Tool } from '../tool.js';
import { blockTable } from './block-table.js';
import { withDatabase } from './with-database.js';

/** `promtool tsdb list`. */
export async function listBlocks(
  options: { readonly folder: string; readonly humanReadable: boolean },
  tool: Tool,
): Promise<number> {
  const { folder, humanReadable } = options;
  return withDatabase(folder, tool, (database) => {
    tool.out(blockTable(database.blocks(), { header: true, humanReadable }));
  });
}
