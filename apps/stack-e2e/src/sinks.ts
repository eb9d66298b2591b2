import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** Something that takes what the stack sends. */
export interface Sink<T> {
  readonly port: number;
  readonly received: readonly T[];
  close(): Promise<void>;
}

/** An SMTP server that takes every mail. */
export async function smtpSink(): Promise<Sink<ParsedMail>> {
  const received: ParsedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      simpleParser(stream).then(
        (mail) => {
          received.push(mail);
          done();
        },
        (error: unknown) => done(error as Error),
      );
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { port, received, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

export interface Posted {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** An HTTP server that answers `ok` to every JSON post, as Slack's webhooks do. */
export async function httpSink(): Promise<Sink<Posted>> {
  const received: Posted[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        body: JSON.parse(String(Buffer.concat(chunks))) as Posted['body'],
      });
      response.setHeader('Content-Type', 'text/plain');
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    received,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
