import { quoteGo } from '@narthex/model';
import { HttpClientSetupError } from './errors.js';

/** What came back from a token endpoint. */
export interface TokenAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Empty where there was none. */
  readonly contentType: string;
  readonly body: string;
}

/** A token as RFC 6749, section 5.1 has it. */
export interface Token {
  readonly type: string;
  readonly text: string;
  /** Undefined where the server does not say. */
  readonly lifetimeS: number | undefined;
}

interface TokenFields {
  readonly token: string;
  readonly type: string;
  readonly lifetimeS: number | undefined;
  readonly error: string;
  readonly description: string;
  readonly uri: string;
}

const FORM_TYPES: readonly string[] = ['application/x-www-form-urlencoded', 'text/plain'];

/**
 * Reads the answer as Go's oauth2 library does: JSON, or a form where the server says so.
 * @throws HttpClientSetupError in that library's words.
 */
export function tokenOf(answer: TokenAnswer): Token {
  const { status, statusText, body } = answer;
  const isGood = status >= 200 && status <= 299;
  const mediaType = answer.contentType.replace(/;.*/s, '').trim().toLowerCase();
  let fields: TokenFields;
  try {
    fields = FORM_TYPES.includes(mediaType) ? formFields(body) : jsonFields(body);
  } catch (cause) {
    if (!(cause instanceof HttpClientSetupError)) throw cause;
    if (!isGood) throw refused(status, statusText, body);
    throw cause;
  }
  const { token, type, lifetimeS, error, description, uri } = fields;
  if (error !== '') {
    const rest = [description, uri].filter((text) => text !== '').map((text) => ` ${quoteGo(text)}`);
    throw new HttpClientSetupError(`oauth2: ${quoteGo(error)}${rest.join('')}`);
  }
  if (!isGood) throw refused(status, statusText, body);
  if (token === '') throw new HttpClientSetupError('oauth2: server response missing access_token');
  return { type: shownType(type), text: token, lifetimeS };
}

function refused(status: number, statusText: string, body: string): HttpClientSetupError {
  return new HttpClientSetupError(`oauth2: cannot fetch token: ${status} ${statusText}\nResponse: ${body}`);
}

function shownType(type: string): string {
  const known = ['Bearer', 'MAC', 'Basic'].find((name) => name.toLowerCase() === type.toLowerCase());
  return known ?? (type === '' ? 'Bearer' : type);
}

function formFields(body: string): TokenFields {
  const form = new URLSearchParams(body);
  const field = (name: string): string => form.get(name) ?? '';
  const seconds = Number(field('expires_in'));
  return {
    token: field('access_token'),
    type: field('token_type'),
    lifetimeS: Number.isInteger(seconds) && seconds !== 0 ? seconds : undefined,
    error: field('error'),
    description: field('error_description'),
    uri: field('error_uri'),
  };
}

function jsonFields(body: string): TokenFields {
  const fields = parseJson(body);
  const field = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    token: field('access_token'),
    type: field('token_type'),
    lifetimeS: lifetimeOf(fields.expires_in),
    error: field('error'),
    description: field('error_description'),
    uri: field('error_uri'),
  };
}

function parseJson(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (cause) {
    const start = body.trimStart();
    const first = Array.from(start)[0];
    const reason =
      first === undefined || /^[[{"tfn\d-]/.test(start)
        ? 'unexpected end of JSON input'
        : `invalid character '${first}' looking for beginning of value`;
    throw new HttpClientSetupError(`oauth2: cannot parse json: ${reason}`, { cause });
  }
}

/** Some servers write the number as text. */
function lifetimeOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === 0) return undefined;
  const seconds = Number(value);
  if (!Number.isFinite(seconds) || value === '') {
    throw new HttpClientSetupError(
      `oauth2: cannot parse json: json: cannot unmarshal string ${JSON.stringify(value)} into Go value of type json.Number: invalid syntax`,
    );
  }
  return seconds === 0 ? undefined : seconds;
}
