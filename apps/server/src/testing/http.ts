import { type AddressInfo } from 'node:net';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';

/** Serves a handler on a free port until closed. */
export class TestServer {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(handler: RequestListener): Promise<TestServer> {
    const server = createServer(handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TestServer(server);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
