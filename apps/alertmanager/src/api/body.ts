import { type Request } from 'express';
import { RequestError } from './errors';

/** Codes of the schema's complaints, as upstream's framework numbers them. */
const TYPE = 601;
const REQUIRED = 602;
const TOO_FEW_ITEMS = 612;

const LARGEST_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Reads a body of JSON. `name` is how complaints call it. An absent body is undefined.
 * @throws RequestError
 */
export async function readJsonBody(request: Request, name: string): Promise<unknown> {
  const given = request.headers['content-type'];
  const mediaType = given?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== undefined && mediaType !== 'application/json') {
    const message = `unsupported media type ${JSON.stringify(given)}, only [application/json] are allowed`;
    throw new RequestError(415, 415, message);
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > LARGEST_BODY_BYTES) throw new RequestError(413, 413, 'http: request body too large');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unreadable(name, isCutShort(text, error) ? 'unexpected EOF' : (error as Error).message);
  }
}

function isCutShort(text: string, error: unknown): boolean {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  return position === undefined || Number(position) >= text.trimEnd().length;
}

function unreadable(name: string, reason: string): RequestError {
  return new RequestError(400, 400, `parsing ${name} body from "" failed, because ${reason}`);
}

/** Takes a body of JSON apart, complaining as upstream's framework does. */
export class BodyReader {
  /** How complaints call the body. */
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** The elements of a body that is a list. @throws RequestError */
  items(body: unknown, goType: string): readonly unknown[] {
    if (body === undefined || body === null) throw this.#required(this.#name);
    if (!Array.isArray(body)) throw this.#wrongType(body, `Go value of type ${goType}`);
    return body;
  }

  /** The fields of an object. @throws RequestError */
  fields(value: unknown, goType: string): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#wrongType(value, `Go value of type ${goType}`);
    }
    return value as Readonly<Record<string, unknown>>;
  }

  /** Complains of the first of the fields that is absent. `at` is put in front of its name. @throws RequestError */
  require(fields: Readonly<Record<string, unknown>>, names: readonly string[], at = ''): void {
    const missing = names.find((name) => fields[name] === undefined || fields[name] === null);
    if (missing !== undefined) throw this.#required(`${at}${missing}`);
  }

  /** A text; absent is ''. @throws RequestError */
  text(value: unknown, field: string): string {
    if (value === undefined || value === null) return '';
    if (typeof value !== 'string') throw this.#wrongType(value, `Go struct field ${field} of type string`);
    return value;
  }

  /** True or false; absent is `otherwise`. @throws RequestError */
  flag(value: unknown, field: string, otherwise: boolean): boolean {
    if (value === undefined || value === null) return otherwise;
    if (typeof value !== 'boolean') throw this.#wrongType(value, `Go struct field ${field} of type bool`);
    return value;
  }

  /** Names and texts; absent is none. @throws RequestError */
  texts(value: unknown, field: string, goType: string): ReadonlyMap<string, string> {
    if (value === undefined || value === null) return new Map();
    const entries = Object.entries(this.fields(value, goType));
    return new Map(entries.map(([name, entry]) => [name, this.text(entry, `${field}.${name}`)]));
  }

  /** Milliseconds of a date and time by RFC 3339; absent, empty and Go's zero time are undefined. @throws RequestError */
  time(value: unknown, field: string): number | undefined {
    const given = this.text(value, field);
    if (given === '') return undefined;
    const timeMs = DATE_TIME.test(given) ? Date.parse(given) : Number.NaN;
    if (Number.isNaN(timeMs)) {
      const quoted = JSON.stringify(given);
      throw unreadable(
        this.#name,
        `parsing time ${quoted} as "2006-01-02": cannot parse ${quoted} as "2006"`,
      );
    }
    return timeMs === ZERO_TIME_MS ? undefined : timeMs;
  }

  /** A URI by the rules of the schema. @throws RequestError */
  uri(value: unknown, field: string, path: string): string {
    const given = this.text(value, field);
    if (given !== '' && !/^(?:[a-zA-Z][\w+.-]*:|\/)\S*$/.test(given)) {
      throw new RequestError(422, TYPE, `${path} in body must be of type uri: ${JSON.stringify(given)}`);
    }
    return given;
  }

  /** @throws RequestError where there are fewer items than that */
  atLeast(items: readonly unknown[], count: number, path: string): void {
    if (items.length >= count) return;
    throw new RequestError(422, TOO_FEW_ITEMS, `${path} in body should have at least ${count} items`);
  }

  #required(path: string): RequestError {
    return new RequestError(422, REQUIRED, `${path} in body is required`);
  }

  #wrongType(value: unknown, target: string): RequestError {
    return unreadable(this.#name, `json: cannot unmarshal ${kindOf(value)} into ${target}`);
  }
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|z|[+-]\d{2}:?\d{2})?)?$/;

/** The first moment of year 1, which Go programs send for "none". */
const ZERO_TIME_MS = -62_135_596_800_000;

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'null' : typeof value;
}
