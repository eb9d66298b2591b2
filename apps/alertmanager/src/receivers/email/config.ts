import { check, filePath, flag, optional, record, secret, section, text } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { type z } from 'zod';
import { hostPort } from '../../config/fields';
import { tlsConfig } from '../../config/http-config';
import { unsupported } from '../../config/unsupported';

/** An element of `email_configs`. */
export const emailSection = check(
  section('config.plain', {
    send_resolved: flag({ always: true }),
    to: text(),
    from: text(),
    hello: text(),
    smarthost: hostPort(),
    auth_username: text(),
    auth_password: secret(),
    auth_password_file: filePath(),
    auth_secret: secret(),
    auth_secret_file: filePath(),
    auth_identity: text(),
    headers: record(text({ always: true })),
    html: text({ default: '{{ template "email.default.html" . }}' }),
    text: text(),
    require_tls: optional(flag({ always: true })),
    tls_config: optional(tlsConfig),
    force_implicit_tls: optional(flag({ always: true })),
    threading: unsupported('threading of email_configs'),
  }),
  ({ to, headers }) => {
    if (to === '') return 'missing to address in email config';
    const names = [...headers.keys()].map(canonicalHeader);
    const again = names.find((name, i) => names.indexOf(name) !== i);
    return again === undefined ? undefined : `duplicate header ${quoteGo(again)} in email config`;
  },
);

export type EmailSection = z.output<typeof emailSection>;

/** `x-foo` as `X-Foo`. */
export function canonicalHeader(name: string): string {
  if (/[^!#-'*+.^_`|~\w-]/.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
