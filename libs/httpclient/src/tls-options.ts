import { type ConnectionOptions, type SecureVersion } from 'node:tls';
import { type TlsConfig, type TlsVersion } from './http-client-config.js';
import { HttpClientSetupError } from './errors.js';
import { readSecret } from './secret-source.js';

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** The part of Node's TLS options that a `tls_config` decides. */
export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'minVersion' | 'maxVersion' | 'ciphers'
>;

/**
 * Reads the files that a `tls_config` names.
 * @throws HttpClientSetupError with upstream's words.
 */
export async function readTlsOptions(config: TlsConfig | undefined): Promise<TlsOptions> {
  if (config === undefined) return { minVersion: 'TLSv1.2' };
  if (
    config.min_version !== undefined &&
    config.max_version !== undefined &&
    config.max_version < config.min_version
  ) {
    throw new HttpClientSetupError(
      'tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified',
    );
  }
  const ca = await readSecret({ text: config.ca, file: config.ca_file, ref: config.ca_ref }, 'CA cert');
  const cert = await readSecret(
    { text: config.cert, file: config.cert_file, ref: config.cert_ref },
    'client cert',
  );
  const key = await readSecret(
    { text: config.key, file: config.key_file, ref: config.key_ref },
    'client key',
  );
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    const where = config.ca_file === '' ? 'inline' : `file ${config.ca_file}`;
    throw new HttpClientSetupError(`unable to use specified CA cert ${where}`);
  }
  return {
    rejectUnauthorized: !config.insecure_skip_verify,
    minVersion: config.min_version === undefined ? 'TLSv1.2' : VERSIONS[config.min_version],
    // OpenSSL has the old versions only at its lowest level.
    ...((config.min_version === 'TLS10' || config.min_version === 'TLS11') && {
      ciphers: 'DEFAULT@SECLEVEL=0',
    }),
    ...(config.max_version !== undefined && { maxVersion: VERSIONS[config.max_version] }),
    ...(config.server_name !== '' && { servername: config.server_name }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}
