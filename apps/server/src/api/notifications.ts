import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { goTime } from './timestamps.js';

/** Something that whoever looks at the pages should know. */
export interface ServerNotification {
  readonly text: string;
  readonly sinceMs: number;
}

/** One that came, or with `active: false` one that went. */
export interface NotificationEvent extends ServerNotification {
  readonly active: boolean;
}

/** What tells of notifications as they come and go. */
export interface NotificationFeed {
  /** What is wrong now. */
  active(): readonly ServerNotification[];
  /**
   * Calls `listener` with each event until the returned function is called; it tells whether it took the event. Calls
   * `end` when no more will come. Undefined when too many listen already.
   */
  subscribe(listener: (event: NotificationEvent) => boolean, end: () => void): (() => void) | undefined;
}

/** `/notifications` and `/notifications/live`. */
export function notificationEndpoints(feed: NotificationFeed): readonly Endpoint[] {
  return [
    {
      path: '/notifications',
      methods: ['GET'],
      handle: (_parameters, response) => {
        sendData(
          response,
          feed.active().map((one) => eventJson({ ...one, active: true })),
        );
      },
    },
    {
      path: '/notifications/live',
      methods: ['GET'],
      handle: (_parameters, response, request) => {
        const send = (event: NotificationEvent): boolean => {
          // Who does not read is not waited for: upstream drops events, too.
          if (response.writableNeedDrain) return false;
          response.write(`data: ${JSON.stringify(eventJson(event))}\n\n`);
          return true;
        };
        const unsubscribe = feed.subscribe(send, () => response.end());
        if (unsubscribe === undefined) {
          response.status(204).end();
          return;
        }
        response.once('close', unsubscribe);
        // Compressed, events would wait for one another.
        delete request.headers['accept-encoding'];
        response.status(200).setHeader('Content-Type', 'text/event-stream');
        response.setHeader('Cache-Control', 'no-cache');
        response.flushHeaders();
        for (const one of feed.active()) send({ ...one, active: true });
      },
    },
  ];
}

function eventJson({ text, sinceMs, active }: NotificationEvent): unknown {
  return { text, date: goTime(sinceMs), active };
}
