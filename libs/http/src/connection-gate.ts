import { type Server, type Socket } from 'node:net';

/** Connections that wait for a place at most; the kernel's own queue is as long as a rule. */
const MOST_WAITING = 1024;

/** Is told of each connection that is let in, and of its end. */
export interface ConnectionCounts {
  readonly accepted: () => void;
  readonly closed: () => void;
}

type Listener = (socket: Socket) => void;

/**
 * Lets so many connections in at the same time, counted over all servers that share the gate. As with Go's
 * LimitListener, those beyond wait until another closes.
 */
export class ConnectionGate {
  readonly #limit: number;
  readonly #counts: ConnectionCounts | undefined;
  #inside = 0;
  readonly #waiting = new Set<{ readonly socket: Socket; readonly enter: () => void }>();

  constructor(limit: number, counts?: ConnectionCounts) {
    this.#limit = limit;
    this.#counts = counts;
  }

  /**
   * Stands before what a server does with connections. `prepare` may ask for time before that; a connection whose
   * preparation fails is closed.
   */
  guard(server: Server, prepare: () => Promise<void> | undefined = () => undefined): void {
    const listeners = server.listeners('connection') as Listener[];
    server.removeAllListeners('connection');
    const serve = (socket: Socket): void => {
      for (const listener of listeners) listener.call(server, socket);
    };
    const enter = (socket: Socket): void => {
      this.#inside++;
      this.#counts?.accepted();
      socket.once('close', () => this.#leave());
      const prepared = prepare();
      if (prepared === undefined) {
        handOn(socket, serve);
        return;
      }
      socket.pause();
      prepared.then(
        () => handOn(socket, serve),
        () => void socket.destroy(),
      );
    };
    server.on('connection', (socket: Socket) => {
      if (this.#inside < this.#limit) enter(socket);
      else this.#wait(socket, () => enter(socket));
    });
  }

  #wait(socket: Socket, enter: () => void): void {
    if (this.#waiting.size >= MOST_WAITING) {
      socket.destroy();
      return;
    }
    socket.pause();
    // Nobody else listens yet to a client that gives up.
    socket.on('error', () => void socket.destroy());
    const entry = { socket, enter };
    this.#waiting.add(entry);
    socket.once('close', () => this.#waiting.delete(entry));
  }

  #leave(): void {
    this.#inside--;
    this.#counts?.closed();
    for (const entry of this.#waiting) {
      this.#waiting.delete(entry);
      if (entry.socket.destroyed) continue;
      entry.enter();
      return;
    }
  }

  /** Closes what still waits. */
  close(): void {
    for (const { socket } of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }
}

/** Hands a connection on; what has arrived while it was paused is read after that. */
function handOn(socket: Socket, serve: Listener): void {
  if (socket.destroyed) return;
  const wasPaused = socket.isPaused();
  serve(socket);
  if (wasPaused) process.nextTick(() => socket.resume());
}
