import { type Socket } from 'node:net';
import type { buildConnector } from 'undici';

/** Why a connection did not come about, in the words of upstream's metrics. */
export type DialFailure = 'resolution' | 'refused' | 'timeout' | 'unknown';

/** Is told of the connections that a client makes. */
export interface DialCounts {
  readonly attempted: () => void;
  readonly established: () => void;
  readonly failed: (reason: DialFailure) => void;
  readonly closed: () => void;
}

const FAILURES: Readonly<Record<string, DialFailure>> = {
  ENOTFOUND: 'resolution',
  EAI_AGAIN: 'resolution',
  EAI_FAIL: 'resolution',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
};

/** Tells of a socket that has just begun to connect. */
export function countDial(socket: Socket, counts: DialCounts): void {
  let isEstablished = false;
  let reason: DialFailure = 'unknown';
  counts.attempted();
  socket.once('connect', () => {
    isEstablished = true;
    counts.established();
  });
  socket.once('error', (error) => (reason = failureOf(error)));
  socket.once('close', () => {
    if (isEstablished) counts.closed();
    else counts.failed(reason);
  });
}

/** Has every connection of undici's counted; one whose TLS handshake fails has failed. */
export function countingConnector(
  connect: buildConnector.connector,
  counts: DialCounts,
): buildConnector.connector {
  return (options, done) => {
    counts.attempted();
    connect(options, (...outcome) => {
      const [error, socket] = outcome;
      if (error !== null) counts.failed(failureOf(error));
      else {
        counts.established();
        socket.once('close', counts.closed);
      }
      done(...outcome);
    });
  };
}

/** Of several addresses that were tried, the first tells. */
function failureOf(
  error: NodeJS.ErrnoException & { readonly errors?: readonly NodeJS.ErrnoException[] },
): DialFailure {
  const { code = '' } = error.errors?.[0] ?? error;
  return FAILURES[code] ?? 'unknown';
}
