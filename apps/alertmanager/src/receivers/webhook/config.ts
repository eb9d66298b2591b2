import {
  check,
  filePath,
  flag,
  integer,
  optional,
  parsed,
  Secret,
  section,
  type Field,
} from '@narthex/config';
import { TemplateParseError, TemplateSet } from '@narthex/gotemplate';
import { type z } from 'zod';
import { checkHttpUrl, goDuration } from '../../config/fields';
import { httpConfig } from '../../config/http-config';
import { unsupported } from '../../config/unsupported';

/** An element of `webhook_configs`. */
export const webhookSection = check(
  section('webhook.plain', {
    send_resolved: flag({ default: true, always: true }),
    http_config: optional(httpConfig),
    url: templatedUrl(),
    url_file: always(filePath()),
    max_alerts: integer({ goType: 'uint64', always: true }),
    timeout: goDuration(),
    payload: unsupported('payload of webhook_configs'),
  }),
  ({ url, url_file }) => {
    if (url === undefined && url_file === '') return 'one of url or url_file must be configured';
    return url !== undefined && url_file !== ''
      ? 'at most one of url & url_file must be configured'
      : undefined;
  },
);

export type WebhookConfig = z.output<typeof webhookSection>;

/** A URL that may be a template; then it is known, and checked, only when it is used. */
function templatedUrl(): Field<Secret | undefined> {
  return parsed<Secret | undefined>(undefined, {
    parse: (address) => {
      if (address === '') return undefined;
      if (address.includes('{{')) return checkedTemplate(address);
      try {
        return new Secret(checkHttpUrl(address));
      } catch (cause) {
        throw new Error(`invalid URL: ${(cause as Error).message}`, { cause });
      }
    },
    print: (value) => (value === undefined ? null : '<secret>'),
  });
}

/** Printed also when it is empty. */
function always(field: Field<string>): Field<string> {
  return parsed('', { parse: (path, node) => field.parse(node), print: (path) => path });
}

function checkedTemplate(address: string): Secret {
  try {
    new TemplateSet().parse('', address);
  } catch (cause) {
    if (!(cause instanceof TemplateParseError)) throw cause;
    throw new Error(`invalid template syntax: ${cause.message}`, { cause });
  }
  return new Secret(address);
}
