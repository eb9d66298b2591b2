import { type HttpClientConfig } from './http-client-config.js';

/** The same configuration with `bearer_token` and `bearer_token_file`, which are old, as `authorization`. */
export function bearerAsAuthorization<T extends HttpClientConfig>(config: T): T {
  const { bearer_token: token, bearer_token_file: file } = config;
  if (config.authorization !== undefined || (token === undefined && file === '')) return config;
  return {
    ...config,
    bearer_token: undefined,
    bearer_token_file: '',
    authorization: { type: 'Bearer', credentials: token, credentials_file: file, credentials_ref: '' },
  };
}
