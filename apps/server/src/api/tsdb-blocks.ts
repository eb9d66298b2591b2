import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';

/** The `meta.json` of every block, by the first time. */
export type BlockMetas = () => Promise<readonly unknown[]>;

/** `/status/tsdb/blocks`. */
export function tsdbBlockEndpoint(metas: BlockMetas): Endpoint {
  return {
    path: '/status/tsdb/blocks',
    methods: ['GET'],
    handle: async (_parameters, response) => sendData(response, { blocks: await metas() }),
  };
}
