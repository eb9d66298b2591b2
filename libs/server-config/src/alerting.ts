import { check, duration, list, optional, parsed, relabelRule, section, text } from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { type z } from 'zod';
import { everyDiscoveryField } from './discovery/discovery-fields.js';
import { sigv4Section } from './remote/cloud-authorization.js';

const API_VERSION = 'v2';

const apiVersion = parsed<typeof API_VERSION | ''>(API_VERSION, {
  parse: (version) => {
    if (version === API_VERSION) return version;
    throw new Error(`expected Alertmanager api version to be one of [${API_VERSION}] but got ${version}`);
  },
  print: (version) => version,
  ofNull: () => '',
});

/** One element of `alerting.alertmanagers`. */
export const alertmanagerSection = check(
  section('config.AlertmanagerConfig', {
    ...httpClientFields,
    scheme: text({ default: 'http' }),
    path_prefix: text(),
    timeout: duration({ default: 10_000 }),
    api_version: apiVersion,
    sigv4: optional(sigv4Section),
    relabel_configs: list(relabelRule(), {
      goType: '[]*relabel.Config',
      emptyElement: 'empty or null Alertmanager target relabeling rule',
    }),
    alert_relabel_configs: list(relabelRule(), {
      goType: '[]*relabel.Config',
      emptyElement: 'empty or null Alertmanager alert relabeling rule',
    }),
    ...everyDiscoveryField,
  }),
  (config) => httpClientFault(config) ?? authorizationFault(config),
);

function authorizationFault(
  config: Readonly<
    Record<
      'basic_auth' | 'authorization' | 'oauth2' | 'sigv4' | 'bearer_token' | 'bearer_token_file',
      unknown
    >
  >,
): string | undefined {
  const { basic_auth, authorization, oauth2, bearer_token, bearer_token_file, sigv4 } = config;
  const other = basic_auth ?? authorization ?? oauth2 ?? bearer_token;
  const isOther = other !== undefined || bearer_token_file !== '';
  return sigv4 === undefined || !isOther
    ? undefined
    : 'at most one of basic_auth, authorization, oauth2, & sigv4 must be configured';
}

export type AlertmanagerEntry = z.output<typeof alertmanagerSection>;

export const alertingSection = section('config.plain', {
  alert_relabel_configs: list(relabelRule(), {
    goType: '[]*relabel.Config',
    emptyElement: 'empty or null alert relabeling rule',
  }),
  alertmanagers: list(alertmanagerSection, {
    goType: 'config.AlertmanagerConfigs',
    emptyElement: 'empty or null Alertmanager section',
  }),
});
