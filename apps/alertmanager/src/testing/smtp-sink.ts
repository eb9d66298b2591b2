import { readFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly mail: ParsedMail;
  readonly raw: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  /** Who logged in. */
  readonly user: string | undefined;
  readonly hello: string;
}

export interface SmtpSink {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** Mechanisms with which somebody logged in. */
  readonly logins: readonly string[];
  readonly close: () => Promise<void>;
}

/** A certificate for 127.0.0.1 that only says who it is itself; for tests alone. */
export const TEST_CERTIFICATE = join(__dirname, 'testdata/tls.crt');

/** A real SMTP server. The user `am` has the password `pass`, and `secret` for CRAM-MD5. */
export async function smtpSink(options: SMTPServerOptions = {}): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  const logins: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    key: readFileSync(join(__dirname, 'testdata/tls.key')),
    cert: readFileSync(TEST_CERTIFICATE),
    ...options,
    onAuth: (auth, _session, done) => {
      const right =
        auth.method === 'CRAM-MD5'
          ? auth.validatePassword('secret')
          : auth.username === 'am' && auth.password === 'pass';
      if (!right) {
        done(new Error('wrong password'));
        return;
      }
      logins.push(auth.method);
      done(null, { user: auth.username ?? '' });
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        void simpleParser(raw).then((mail) => {
          const { mailFrom, rcptTo } = session.envelope;
          mails.push({
            mail,
            raw,
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            secure: session.secure,
            user: session.user === undefined ? undefined : String(session.user),
            hello: session.hostNameAppearsAs,
          });
          done();
        }, done);
      });
    },
  });
  // A client that hangs up is no fault of the server.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    logins,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
