import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import MimeNode from 'nodemailer/lib/mime-node';
import { type Expander } from '../../templates/templates';
import { type EmailSection } from './config';

/** A message ready to be sent: headers and parts. */
export interface EmailMessage {
  /** The single address of the sender. */
  readonly from: string;
  readonly to: readonly string[];
  readonly content: Buffer;
}

/** Headers whose values are lists of addresses, which have an encoding of their own. */
const ADDRESS_HEADERS = new Set(['from', 'sender', 'to', 'cc', 'bcc', 'reply-to']);

/**
 * Fills in the configured message: multipart/alternative, the text before the HTML, quoted-printable.
 * @throws TemplateParseError, TemplateExecutionError, TemplateLimitError, Error where addresses cannot be used
 */
export async function emailMessage(
  config: EmailSection,
  expand: Expander,
  nowMs: number,
): Promise<EmailMessage> {
  const root = new MimeNode('multipart/alternative', { keepBcc: true });
  const envelope = new MimeNode('text/plain').setEnvelope({
    from: expand.text(config.from),
    to: expand.text(config.to),
  });
  const { from, to } = envelope.getEnvelope();
  if (from === false || from === '') throw new Error('must be exactly one from address');
  if (to.length === 0) throw new Error('parse to addresses: mail: no address');
  for (const [name, template] of config.headers) {
    const value = expand.text(template);
    root.setHeader(name, ADDRESS_HEADERS.has(name.toLowerCase()) ? value : encoded(value));
  }
  if (!config.headers.has('Message-Id')) {
    root.setHeader('Message-Id', `<${nowMs}.${randomBytes(8).toString('hex')}@${hostname()}>`);
  }
  root.setHeader('Date', new Date(nowMs).toUTCString().replace('GMT', '+0000'));
  if (config.text !== '') addPart(root, 'text/plain', expand.text(config.text));
  if (config.html !== '') addPart(root, 'text/html', expand.html(config.html));
  return { from, to, content: await root.build() };
}

function addPart(root: MimeNode, type: string, text: string): void {
  root
    .createChild(`${type}; charset=UTF-8`)
    .setHeader('Content-Transfer-Encoding', 'quoted-printable')
    .setContent(text);
}

/** A line break in a value must not begin a header of its own. */
function encoded(value: string): string {
  return value.replace(/[\r\n]+/g, ' ');
}
