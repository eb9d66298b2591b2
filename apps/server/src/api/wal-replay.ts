import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';

/** How far reading the log is: numbers of segments. */
export interface ReplayProgress {
  readonly min: number;
  readonly max: number;
  readonly current: number;
}

/** `/status/walreplay`, which answers before the server is ready. */
export function walReplayEndpoint(progress: () => ReplayProgress): Endpoint {
  return {
    path: '/status/walreplay',
    methods: ['GET'],
    handle: (_parameters, response) => {
      const { min, max, current } = progress();
      sendData(response, { min, max, current });
    },
  };
}
