import { check, duration, list, parsed, relabelRule, section, text } from '@narthex/config';
import { discoveryFields } from '@narthex/discovery';
import { refusedSection } from './other-sections.js';
import { refusedDiscoveryFields } from './refused-discoveries.js';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { type z } from 'zod';

const API_VERSION = 'v2';

const apiVersion = parsed(API_VERSION, {
  parse: (version) => {
    if (version === API_VERSION) return version;
    throw new Error(`expected Alertmanager api version to be one of [${API_VERSION}] but got ${version}`);
  },
  print: (version) => version,
});

/** One element of `alerting.alertmanagers`. */
export const alertmanagerSection = check(
  section('config.AlertmanagerConfig', {
    ...httpClientFields,
    scheme: text({ default: 'http' }),
    path_prefix: text(),
    timeout: duration({ default: 10_000, always: true }),
    api_version: apiVersion,
    sigv4: refusedSection('sigv4.SigV4Config'),
    relabel_configs: list(relabelRule(), {
      goType: '[]*relabel.Config',
      emptyElement: 'empty or null Alertmanager target relabeling rule',
    }),
    alert_relabel_configs: list(relabelRule(), {
      goType: '[]*relabel.Config',
      emptyElement: 'empty or null Alertmanager alert relabeling rule',
    }),
    ...discoveryFields,
    ...refusedDiscoveryFields,
  }),
  httpClientFault,
);
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
