import {
  check,
  duration,
  flag,
  integer,
  labels,
  list,
  optional,
  record,
  section,
  text,
  url,
} from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { headersFault } from './request-headers.js';

/** One element of `remote_read`. */
export const remoteReadSection = check(
  section('config.plain', {
    url: optional(url({ always: true })),
    remote_timeout: duration({ default: 60_000 }),
    chunked_read_limit: integer({ default: 50_000_000, goType: 'uint64' }),
    headers: record(text({ always: true })),
    read_recent: flag(),
    name: text(),
    ...httpClientFields,
    required_matchers: labels('model.LabelSet'),
    filter_external_labels: flag({ default: true }),
  }),
  (config) => {
    if (config.url === undefined) return 'url for remote_read is empty';
    return headersFault(config.headers) ?? httpClientFault(config);
  },
);

export const remoteReads = list(remoteReadSection, {
  goType: '[]*config.RemoteReadConfig',
  emptyElement: 'empty or null remote read config section',
});
