import { readFile } from 'node:fs/promises';
import { HttpClientSetupError } from './errors.js';
import { type HttpClientConfig } from './http-client-config.js';
import { openFailure, readSecret } from './secret-source.js';

/**
 * The Authorization header that the configuration asks for, OAuth2 aside; undefined when it asks for none. Files are
 * read at each call.
 * @throws HttpClientSetupError
 */
export async function authorizationHeader(config: HttpClientConfig): Promise<string | undefined> {
  const { basic_auth: basic, authorization } = config;
  if (basic !== undefined) {
    const username = await readSecret(
      { text: basic.username, file: basic.username_file, ref: basic.username_ref },
      'basic auth username',
    );
    const password = await readSecret(
      { text: basic.password, file: basic.password_file, ref: basic.password_ref },
      'basic auth password',
    );
    return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
  }
  const what = 'authorization credentials';
  if (authorization !== undefined) {
    const { credentials, credentials_file: file, credentials_ref: ref, type } = authorization;
    return `${type} ${(await readSecret({ text: credentials, file, ref }, what)) ?? ''}`;
  }
  const token = await readSecret(
    { text: config.bearer_token, file: config.bearer_token_file, ref: '' },
    what,
  );
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** @throws HttpClientSetupError where a credential is named by a reference to a secret manager */
export function refuseReferences({ basic_auth, authorization, oauth2 }: HttpClientConfig): void {
  const references = [
    ['username', basic_auth?.username_ref],
    ['password', basic_auth?.password_ref],
    ['credentials', authorization?.credentials_ref],
    ['client secret', oauth2?.client_secret_ref],
    ['client certificate key', oauth2?.client_certificate_key_ref],
  ] as const;
  for (const [what, reference = ''] of references) {
    if (reference !== '')
      throw new HttpClientSetupError(`unable to use ${what}: cannot use secret ref without manager`);
  }
}

/** The headers that `http_headers` adds to each request. */
export async function configuredHeaders(config: HttpClientConfig): Promise<Record<string, string[]>> {
  const headers: Record<string, string[]> = {};
  for (const [name, { values, secrets, files }] of config.http_headers ?? []) {
    const list: string[] = [...values];
    for (const secret of secrets) if (secret !== undefined) list.push(secret.reveal());
    for (const file of files) list.push(await readHeaderFile(file));
    headers[name] = list;
  }
  return headers;
}

async function readHeaderFile(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new HttpClientSetupError(`unable to read headers file ${file}: ${openFailure(file, cause)}`, {
      cause,
    });
  }
}
