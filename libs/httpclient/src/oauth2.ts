import { type Clock } from '@narthex/process';
import { JWT_BEARER, type OAuth2Config } from './http-client-config.js';
import { signedAssertion } from './jwt-assertion.js';
import { readSecret } from './secret-source.js';
import { type Token, type TokenAnswer, tokenOf } from './token-answer.js';

/** Posts a form. @throws HttpRequestError when there is no answer */
export type PostForm = (
  url: string,
  headers: Readonly<Record<string, string>>,
  form: string,
  signal: AbortSignal | undefined,
) => Promise<TokenAnswer>;

/** A token is fetched anew this long before it expires, as Go's library does. */
const EARLY_MS = 10_000;

/** How the client shows its secret: in a header, or in the form. Which one a server takes is found out. */
type SecretStyle = 'header' | 'form';

/** Fetches and keeps tokens, by client credentials (RFC 6749, section 4.4) or by assertion (RFC 7523, section 2.1). */
export class TokenSource {
  readonly #config: OAuth2Config;
  readonly #post: PostForm;
  readonly #clock: Clock;
  #header: string | undefined;
  #expiresMs = Infinity;
  #secret: string | undefined;
  #style: SecretStyle | undefined;

  constructor(options: { readonly config: OAuth2Config; readonly post: PostForm; readonly clock: Clock }) {
    this.#config = options.config;
    this.#post = options.post;
    this.#clock = options.clock;
  }

  /** The Authorization header of the present token. @throws HttpClientSetupError or HttpRequestError */
  async header(signal: AbortSignal | undefined): Promise<string> {
    const secret = await this.#readSecret();
    const isFresh = this.#clock.nowMs() < this.#expiresMs - EARLY_MS && secret === this.#secret;
    if (this.#header !== undefined && isFresh) return this.#header;
    const { type, text, lifetimeS } =
      this.#config.grant_type === JWT_BEARER
        ? await this.#fetchByAssertion(secret, signal)
        : await this.#fetchBySecret(secret, signal);
    this.#expiresMs = lifetimeS === undefined ? Infinity : this.#clock.nowMs() + lifetimeS * 1000;
    this.#header = `${type} ${text}`;
    this.#secret = secret;
    return this.#header;
  }

  async #readSecret(): Promise<string> {
    const config = this.#config;
    const source =
      config.grant_type === JWT_BEARER
        ? {
            text: config.client_certificate_key,
            file: config.client_certificate_key_file,
            ref: config.client_certificate_key_ref,
          }
        : { text: config.client_secret, file: config.client_secret_file, ref: config.client_secret_ref };
    return (await readSecret(source, 'oauth2 client secret')) ?? '';
  }

  /** Where the server has not told yet which style it takes, a refusal is a reason to try the other. */
  async #fetchBySecret(secret: string, signal: AbortSignal | undefined): Promise<Token> {
    if (this.#style !== undefined) return this.#ask(this.#style, secret, signal);
    let style: SecretStyle = 'header';
    let token: Token;
    try {
      token = await this.#ask(style, secret, signal);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      style = 'form';
      token = await this.#ask(style, secret, signal);
    }
    this.#style = style;
    return token;
  }

  async #ask(style: SecretStyle, secret: string, signal: AbortSignal | undefined): Promise<Token> {
    const { client_id: id, scopes, endpoint_params: parameters } = this.#config;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    for (const [name, value] of parameters) form.set(name, value);
    if (style === 'form') {
      form.set('client_id', id);
      if (secret !== '') form.set('client_secret', secret);
      return this.#send(form, {}, signal);
    }
    const credentials = `${escapeQuery(id)}:${escapeQuery(secret)}`;
    return this.#send(
      form,
      { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      signal,
    );
  }

  #fetchByAssertion(privateKey: string, signal: AbortSignal | undefined): Promise<Token> {
    const config = this.#config;
    const assertion = signedAssertion({
      privateKey,
      keyId: config.client_certificate_key_id,
      algorithm: config.signature_algorithm || 'RS256',
      issuer: config.iss || config.client_id,
      subject: config.client_id,
      audience: config.audience || config.token_url,
      scopes: config.scopes,
      claims: config.claims,
      nowMs: this.#clock.nowMs(),
    });
    const form = new URLSearchParams({ grant_type: JWT_BEARER, assertion });
    for (const [name, value] of config.endpoint_params) form.set(name, value);
    return this.#send(form, {}, signal);
  }

  async #send(
    form: URLSearchParams,
    credentials: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Token> {
    form.sort();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...credentials };
    return tokenOf(await this.#post(this.#config.token_url, headers, form.toString(), signal));
  }
}

/** As Go's `url.QueryEscape` writes a text. */
function escapeQuery(text: string): string {
  const strict = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return strict.replaceAll('%20', '+');
}
