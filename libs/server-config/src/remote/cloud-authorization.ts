import { check, flag, optional, section, secret, text } from '@narthex/config';

/** `sigv4`: requests signed as Amazon asks for (Signature Version 4). */
export const sigv4Section = check(
  section('sigv4.plain', {
    region: text(),
    access_key: text(),
    secret_key: secret(),
    profile: text(),
    role_arn: text(),
    external_id: text(),
    use_fips_sts_endpoint: flag(),
  }),
  ({ access_key, secret_key }) =>
    (access_key === '') === (secret_key === undefined)
      ? undefined
      : 'must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config',
);

const CLOUDS = ['AzureChina', 'AzureGovernment', 'AzurePublic'];
const UUID = /^(urn:uuid:)?\{?[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}\}?$/i;
const SCOPE = /^[\w\s:/.\\-]+$/;

/** `azuread`: a token of Microsoft's directory for each request. */
export const azureadSection = check(
  section('azuread.plain', {
    managed_identity: optional(section('azuread.ManagedIdentityConfig', { client_id: text() })),
    workload_identity: optional(
      section('azuread.WorkloadIdentityConfig', {
        client_id: text(),
        tenant_id: text(),
        token_file_path: text(),
      }),
    ),
    oauth: optional(
      section('azuread.OAuthConfig', { client_id: text(), client_secret: text(), tenant_id: text() }),
    ),
    sdk: optional(section('azuread.SDKConfig', { tenant_id: text() })),
    cloud: text({ default: 'AzurePublic' }),
    scope: text(),
  }),
  (config) => {
    const { managed_identity, workload_identity, oauth, sdk } = config;
    if (!CLOUDS.includes(config.cloud)) return 'must provide a cloud in the Azure AD config';
    const given = [managed_identity, workload_identity, oauth, sdk].filter((way) => way !== undefined);
    if (given.length === 0) {
      return 'must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth or Azure SDK in the Azure AD config';
    }
    if (given.length > 1) return 'cannot provide multiple authentication methods in the Azure AD config';
    return (
      identityFault('Managed Identity', managed_identity, []) ??
      identityFault('Workload Identity', workload_identity, ['client_id', 'tenant_id']) ??
      identityFault('OAuth', oauth, ['client_id', 'client_secret', 'tenant_id']) ??
      (config.scope === '' || SCOPE.test(config.scope)
        ? undefined
        : 'the provided scope contains invalid characters')
    );
  },
);

function identityFault(
  way: string,
  fields: Readonly<Record<string, string>> | undefined,
  required: readonly string[],
): string | undefined {
  if (fields === undefined) return undefined;
  const missing = required.find((name) => fields[name] === '');
  if (missing !== undefined) return `must provide an Azure ${way} ${missing} in the Azure AD config`;
  const { client_id = '' } = fields;
  return client_id === '' || UUID.test(client_id)
    ? undefined
    : `the provided Azure ${way} client_id is invalid`;
}

/** `google_iam`: a token of Google's for each request. */
export const googleIamSection = section('googleiam.Config', { credentials_file: text() });
