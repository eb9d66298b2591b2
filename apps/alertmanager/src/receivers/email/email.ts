import { readTlsOptions } from '@narthex/httpclient';
import { type Clock } from '@narthex/process';
import { type Alert } from '../../alerts/alert';
import { type Notifier, type NotifyOutcome } from '../../notify/integration';
import { type Notification } from '../../notify/notification';
import { notificationData } from '../../templates/notification-data';
import { type Templates } from '../../templates/templates';
import { revealSecret } from '../file-secret';
import { requestFailure, unusable } from '../http-outcome';
import { type EmailSection } from './config';
import { emailMessage, type EmailMessage } from './message';
import { sendOverSmtp, type SmtpOptions } from './smtp-session';

export interface EmailOptions {
  /** Completed from `global`. */
  readonly config: EmailSection;
  readonly templates: Templates;
  readonly clock: Clock;
}

const IMPLICIT_TLS_PORT = '465';

/** Sends notifications by e-mail. */
export class EmailNotifier implements Notifier {
  readonly #options: EmailOptions;

  constructor(options: EmailOptions) {
    this.#options = options;
  }

  async notify(notification: Notification, alerts: readonly Alert[]): Promise<NotifyOutcome> {
    const { config, templates, clock } = this.#options;
    let message: EmailMessage;
    let smtp: SmtpOptions;
    try {
      const expander = templates.expander(notificationData(notification, alerts, templates.externalUrl));
      message = await emailMessage(config, expander, clock.nowMs());
      smtp = await this.#smtpOptions(notification.signal);
    } catch (error) {
      return unusable(error);
    }
    try {
      await sendOverSmtp(smtp, message);
      return { kind: 'sent' };
    } catch (error) {
      return requestFailure(error, notification.signal);
    }
  }

  async #smtpOptions(signal: AbortSignal): Promise<SmtpOptions> {
    const { config } = this.#options;
    const { smarthost } = config;
    if (smarthost === undefined) throw new Error('no global SMTP smarthost set');
    return {
      smarthost,
      hello: config.hello,
      implicitTls: config.force_implicit_tls ?? smarthost.port === IMPLICIT_TLS_PORT,
      requireTls: config.require_tls ?? true,
      tls: await readTlsOptions(config.tls_config),
      credentials: {
        username: config.auth_username,
        password: await revealSecret(config.auth_password, config.auth_password_file),
        secret: await revealSecret(config.auth_secret, config.auth_secret_file),
        identity: config.auth_identity,
      },
      signal,
    };
  }
}
