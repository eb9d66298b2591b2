import { check, configIdentity, filePath, flag, list, optional, section, text, url } from '@narthex/config';
import {
  DEFAULT_HTTP_CLIENT_CONFIG,
  type HttpClientConfig,
  httpClientFault,
  httpClientFields,
} from '@narthex/httpclient';
import { discoveryList, role } from './discovery-list.js';
import { fieldSelectorFault } from './field-selector.js';
import { labelSelectorFault } from './label-selector.js';

/** Each role with the roles that its selectors may name. */
const SELECTOR_ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['pod', ['pod']],
  ['service', ['service']],
  ['endpointslice', ['pod', 'service', 'endpointslice']],
  ['endpoints', ['pod', 'service', 'endpoints']],
  ['node', ['node']],
  ['ingress', ['ingress']],
]);

const kubernetesRole = () => role([...SELECTOR_ROLES.keys()], 'unknown Kubernetes SD role');

const selectorSection = section('kubernetes.SelectorConfig', {
  role: kubernetesRole(),
  label: text(),
  field: text(),
});

const kubernetesSection = check(
  section('kubernetes.plain', {
    api_server: optional(url()),
    role: kubernetesRole(),
    kubeconfig_file: filePath({ always: true }),
    ...httpClientFields,
    namespaces: optional(
      section('kubernetes.plain', {
        own_namespace: flag({ always: true }),
        names: list(text({ always: true }), { always: true }),
      }),
    ),
    selectors: list(selectorSection, { goType: '[]kubernetes.SelectorConfig' }),
    attach_metadata: optional(
      section('kubernetes.AttachMetadataConfig', {
        node: flag({ always: true }),
        namespace: flag(),
        deployment: flag(),
        job: flag(),
        cronjob: flag(),
      }),
    ),
  }),
  (config) => {
    if (config.role === '') {
      return 'role missing (one of: pod, service, endpoints, endpointslice, node, ingress)';
    }
    const fault = httpClientFault(config) ?? accessFault(config);
    return fault ?? selectorsFault(config.role, config.selectors);
  },
);

/** How the server is reached: by what is configured here, by a kubeconfig file, or as the pod that this runs in. */
function accessFault(
  config: HttpClientConfig & {
    readonly api_server: string | undefined;
    readonly kubeconfig_file: string;
    readonly namespaces: { readonly own_namespace: boolean } | undefined;
  },
): string | undefined {
  const hasServer = config.api_server !== undefined;
  const hasFile = config.kubeconfig_file !== '';
  const ownNamespace = config.namespaces?.own_namespace === true;
  if (hasFile && hasServer) return "cannot use 'kubeconfig_file' and 'api_server' simultaneously";
  if (hasFile && isCustom(config)) {
    return "cannot use a custom HTTP client configuration together with 'kubeconfig_file'";
  }
  if (!hasServer && isCustom(config)) {
    return "to use custom HTTP client configuration please provide the 'api_server' URL explicitly";
  }
  if (hasServer && ownNamespace) {
    return "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously";
  }
  if (hasFile && ownNamespace) {
    return "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously";
  }
  return undefined;
}

const EMPTY_TLS = {
  ...{ ca: '', cert: '', key: undefined, ca_file: '', cert_file: '', key_file: '' },
  ...{ ca_ref: '', cert_ref: '', key_ref: '', server_name: '' },
  ...{ insecure_skip_verify: false, min_version: undefined, max_version: undefined },
};

function isCustom(config: HttpClientConfig): boolean {
  const names = Object.keys(DEFAULT_HTTP_CLIENT_CONFIG) as (keyof HttpClientConfig)[];
  return names.some((name) => {
    const given = config[name];
    if (name === 'tls_config' && configIdentity(given) === configIdentity(EMPTY_TLS)) return false;
    return configIdentity(given) !== configIdentity(DEFAULT_HTTP_CLIENT_CONFIG[name]);
  });
}

function selectorsFault(
  ownRole: string,
  selectors: readonly { readonly role: string; readonly label: string; readonly field: string }[],
): string | undefined {
  const seen = new Set<string>();
  const allowed = SELECTOR_ROLES.get(ownRole) ?? [];
  for (const selector of selectors) {
    if (seen.has(selector.role)) return `duplicated selector role: ${selector.role}`;
    seen.add(selector.role);
    if (!allowed.includes(selector.role))
      return `${ownRole} role supports only ${allowed.join(', ')} selectors`;
    const fault = fieldSelectorFault(selector.field) ?? labelSelectorFault(selector.label);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

export const kubernetesDiscoveryFields = {
  kubernetes_sd_configs: discoveryList('kubernetes', kubernetesSection),
};
