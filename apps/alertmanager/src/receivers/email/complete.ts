import { type GlobalSection } from '../../config/sections/global';
import { canonicalHeader, type EmailSection } from './config';

/** What is not given here is taken from `global`. @throws Error with upstream's words when it is not there either */
export function completeEmail(email: EmailSection, global: GlobalSection): EmailSection {
  const smarthost = email.smarthost ?? global.smtp_smarthost;
  if (smarthost === undefined) throw new Error('no global SMTP smarthost set');
  const from = email.from || global.smtp_from;
  if (from === '') throw new Error('no global SMTP from set');
  const ownPassword = email.auth_password !== undefined || email.auth_password_file !== '';
  const headers = new Map([...email.headers].map(([name, value]) => [canonicalHeader(name), value]));
  const defaults = { Subject: '{{ template "email.default.subject" . }}', To: email.to, From: from };
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value);
  return {
    ...email,
    smarthost,
    from,
    headers,
    hello: email.hello || global.smtp_hello,
    auth_username: email.auth_username || global.smtp_auth_username,
    auth_password: ownPassword ? email.auth_password : global.smtp_auth_password,
    auth_password_file: ownPassword ? email.auth_password_file : global.smtp_auth_password_file,
    auth_secret: email.auth_secret ?? global.smtp_auth_secret,
    auth_secret_file: email.auth_secret_file || global.smtp_auth_secret_file,
    auth_identity: email.auth_identity || global.smtp_auth_identity,
    require_tls: email.require_tls ?? global.smtp_require_tls,
    tls_config: email.tls_config ?? global.smtp_tls_config,
    force_implicit_tls: email.force_implicit_tls ?? global.smtp_force_implicit_tls,
  };
}
