import { type Clock } from '@narthex/process';
import { type OAuth2Config } from './http-client-config.js';
import { HttpClientSetupError } from './errors.js';
import { readSecret } from './secret-source.js';

/** Posts a form and gives back the body of the answer. */
export type PostForm = (
  url: string,
  headers: Readonly<Record<string, string>>,
  form: string,
  signal: AbortSignal | undefined,
) => Promise<{ readonly status: number; readonly statusText: string; readonly body: string }>;

/** A token is fetched anew this long before it expires, as Go's library does. */
const EARLY_MS = 10_000;

/** Fetches and keeps tokens by the client credentials grant (RFC 6749, section 4.4). */
export class TokenSource {
  readonly #config: OAuth2Config;
  readonly #post: PostForm;
  readonly #clock: Clock;
  #header: string | undefined;
  #expiresMs = Infinity;
  #secret: string | undefined;

  constructor(options: { readonly config: OAuth2Config; readonly post: PostForm; readonly clock: Clock }) {
    this.#config = options.config;
    this.#post = options.post;
    this.#clock = options.clock;
  }

  /** The Authorization header of the present token. @throws HttpClientSetupError */
  async header(signal: AbortSignal | undefined): Promise<string> {
    const { client_secret: text, client_secret_file: file, client_secret_ref: ref } = this.#config;
    const secret = (await readSecret({ text, file, ref }, 'oauth2 client secret')) ?? '';
    const isFresh = this.#clock.nowMs() < this.#expiresMs - EARLY_MS && secret === this.#secret;
    if (this.#header !== undefined && isFresh) return this.#header;
    this.#header = await this.#fetch(secret, signal);
    this.#secret = secret;
    return this.#header;
  }

  async #fetch(secret: string, signal: AbortSignal | undefined): Promise<string> {
    const { client_id: id, scopes, token_url: url, endpoint_params: parameters } = this.#config;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    for (const [name, value] of parameters) form.set(name, value);
    const credentials = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    };
    const answer = await this.#post(url, headers, form.toString(), signal);
    if (answer.status < 200 || answer.status > 299) {
      const status = `${answer.status} ${answer.statusText}`;
      throw new HttpClientSetupError(`oauth2: cannot fetch token: ${status}\nResponse: ${answer.body}`);
    }
    const { access_token: token, token_type: type, expires_in: seconds } = tokenFields(answer.body);
    if (token === undefined) throw new HttpClientSetupError('oauth2: server response missing access_token');
    this.#expiresMs = seconds === undefined ? Infinity : this.#clock.nowMs() + seconds * 1000;
    return `${type === undefined || type.toLowerCase() === 'bearer' ? 'Bearer' : type} ${token}`;
  }
}

interface TokenFields {
  readonly access_token?: string;
  readonly token_type?: string;
  readonly expires_in?: number;
}

function tokenFields(body: string): TokenFields {
  try {
    const fields = JSON.parse(body) as Record<string, unknown>;
    const seconds = Number(fields.expires_in);
    return {
      ...(typeof fields.access_token === 'string' && { access_token: fields.access_token }),
      ...(typeof fields.token_type === 'string' && { token_type: fields.token_type }),
      ...(fields.expires_in !== undefined && Number.isFinite(seconds) && { expires_in: seconds }),
    };
  } catch (cause) {
    throw new HttpClientSetupError(`oauth2: cannot parse json: ${String(cause)}`, { cause });
  }
}
