import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { goTime } from './timestamps.js';

/** Something that whoever looks at the pages should know. */
export interface ServerNotification {
  readonly text: string;
  readonly sinceMs: number;
}

/** `/notifications`: what is wrong now. */
export function notificationEndpoint(active: () => readonly ServerNotification[]): Endpoint {
  return {
    path: '/notifications',
    methods: ['GET'],
    handle: (_parameters, response) => {
      sendData(
        response,
        active().map(({ text, sinceMs }) => ({ text, date: goTime(sinceMs), active: true })),
      );
    },
  };
}
