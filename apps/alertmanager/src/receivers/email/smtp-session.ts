import { type ConnectionOptions } from 'node:tls';
import { getSystemErrorName, types } from 'node:util';
import { goReason } from '@narthex/httpclient';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { formatHostPort, type HostPort } from '../../config/fields';
import { type EmailMessage } from './message';

export interface SmtpCredentials {
  readonly username: string;
  /** For PLAIN and LOGIN. */
  readonly password: string;
  /** For CRAM-MD5. */
  readonly secret: string;
  /** For PLAIN: on whose behalf. */
  readonly identity: string;
}

export interface SmtpOptions {
  readonly smarthost: HostPort;
  /** The name this side gives itself. */
  readonly hello: string;
  /** TLS from the first byte. */
  readonly implicitTls: boolean;
  /** STARTTLS or nothing; without it the connection stays plain even where the server offers TLS. */
  readonly requireTls: boolean;
  readonly tls: ConnectionOptions;
  readonly credentials: SmtpCredentials;
  readonly signal: AbortSignal;
}

/** The failure of one step of a session. */
export class SmtpError extends Error {
  readonly code = 'SMTP';
  override readonly name = 'SmtpError';
}

/** Sends one message over a connection of its own. @throws SmtpError */
export async function sendOverSmtp(options: SmtpOptions, message: EmailMessage): Promise<void> {
  const { smarthost, hello, implicitTls, requireTls, tls, credentials, signal } = options;
  const connection = new SMTPConnection({
    host: smarthost.host,
    port: Number(smarthost.port),
    name: hello,
    secure: implicitTls,
    requireTLS: requireTls && !implicitTls,
    ignoreTLS: !requireTls,
    tls,
    // The notification's own time limit ends the session.
    connectionTimeout: NEVER_MS,
    greetingTimeout: NEVER_MS,
    socketTimeout: NEVER_MS,
    customAuth: credentials.identity === '' ? {} : { PLAIN: (context) => authPlain(context, credentials) },
  });
  const failed = new Promise<never>((_resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new SmtpError('connection closed')));
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    if (signal.aborted) reject(signal.reason as Error);
  });
  failed.catch(() => undefined);
  try {
    await Promise.race([failed, session(connection, credentials, message)]);
    connection.quit();
  } catch (cause) {
    connection.close();
    if (cause === signal.reason) throw cause;
    throw cause instanceof SmtpError ? cause : new SmtpError(reasonOf(cause, options), { cause });
  }
}

/** Beyond any notification's time; Node's timers hold no more than 24 days. */
const NEVER_MS = 24 * 3_600_000;

async function session(
  connection: SMTPConnection,
  credentials: SmtpCredentials,
  message: EmailMessage,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  const method = authMethod(connection.lastServerResponse, credentials);
  if (method !== undefined) {
    const pass = method === 'CRAM-MD5' ? credentials.secret : credentials.password;
    await new Promise<void>((resolve, reject) => {
      connection.login({ method, user: credentials.username, pass }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
  await new Promise<void>((resolve, reject) => {
    const envelope = { from: message.from, to: [...message.to] };
    connection.send(envelope, message.content, (error, info) => {
      const refused = error ?? info.rejectedErrors?.[0];
      if (refused) reject(refused);
      else resolve();
    });
  });
}

/**
 * The first mechanism that the server offers and for which there is something to say. Undefined: no username, or the
 * server knows no authentication.
 */
function authMethod(greeting: string | false, credentials: SmtpCredentials): string | undefined {
  const offered = /^\d{3}[ -]AUTH[ =](.*)$/im.exec(greeting === false ? '' : greeting)?.[1];
  if (credentials.username === '' || offered === undefined) return undefined;
  const mechanisms = offered.trim().toUpperCase().split(/\s+/);
  const missing: string[] = [];
  for (const mechanism of mechanisms) {
    if (mechanism === 'CRAM-MD5') {
      if (credentials.secret !== '') return mechanism;
      missing.push('missing secret for CRAM-MD5 auth mechanism');
    } else if (mechanism === 'PLAIN' || mechanism === 'LOGIN') {
      if (credentials.password !== '') return mechanism;
      missing.push(`missing password for ${mechanism} auth mechanism`);
    }
  }
  throw new SmtpError(missing.length > 0 ? missing.join('; ') : `unknown auth mechanism: ${offered.trim()}`);
}

interface PlainContext {
  sendCommand(command: string): Promise<{ readonly status: number; readonly response: string }>;
  resolve(): void;
  reject(error: Error): void;
}

async function authPlain(
  context: PlainContext,
  { identity, username, password }: SmtpCredentials,
): Promise<void> {
  const response = Buffer.from(`${identity}\0${username}\0${password}`).toString('base64');
  const answer = await context.sendCommand(`AUTH PLAIN ${response}`);
  if (answer.status >= 200 && answer.status < 300) context.resolve();
  else context.reject(new SmtpError(`Invalid login: ${answer.response}`));
}

/** What went wrong, in the words that upstream has for it. */
function reasonOf(cause: unknown, { smarthost }: SmtpOptions): string {
  if (!types.isNativeError(cause)) return String(cause);
  const {
    code,
    errno,
    syscall,
    address,
    port,
    responseCode = 0,
  } = cause as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
    readonly responseCode?: number;
  };
  if (syscall === 'connect' && errno !== undefined) {
    const dialled = { code: getSystemErrorName(errno), syscall, address, port };
    return `establish connection to server: ${goReason(Object.assign(new Error(cause.message), dialled))}`;
  }
  // A server that has no STARTTLS does not know the command.
  if (code === 'ETLS' && responseCode >= 500) {
    const server = formatHostPort(smarthost);
    return `'require_tls' is true (default) but ${JSON.stringify(server)} does not advertise the STARTTLS extension`;
  }
  return cause.message;
}
