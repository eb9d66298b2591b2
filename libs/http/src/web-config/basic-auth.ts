import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

/** What is compared for a user that there is not, so that the answer takes as long: a hash of no one's password. */
const NOBODYS_HASH = '$2b$10$CwTycUXWue0Thq9StjUM0uJ8qwUe0.H2hVn/0ZAvZkC8t8yoWQ3oG';
/** Answers that are remembered; bcrypt is slow on purpose. */
const REMEMBERED = 100;

/** The bcrypt hashes by user. */
export type UserHashes = ReadonlyMap<string, string>;

/** Tells whether a request names a known user with the right password (RFC 7617). */
export class BasicAuth {
  /** Answers by a digest of what was asked; the oldest go first. */
  readonly #answers = new Map<string, boolean>();
  readonly #salt = randomBytes(16);
  /** One comparison at a time: each takes a core for a tenth of a second. */
  #last: Promise<unknown> = Promise.resolve();

  async allows(request: IncomingMessage, users: UserHashes): Promise<boolean> {
    const given = credentials(request.headers.authorization);
    if (given === undefined) return false;
    const known = users.get(given.user);
    const hash = known ?? NOBODYS_HASH;
    const key = this.#key(given.user, hash, given.password);
    const remembered = this.#answers.get(key);
    if (remembered !== undefined) return remembered;
    const compared = this.#last.then(() => comparePassword(given.password, hash));
    this.#last = compared.catch(() => undefined);
    const isAllowed = (await compared) && known !== undefined;
    this.#remember(key, isAllowed);
    return isAllowed;
  }

  #key(...parts: readonly string[]): string {
    const digest = createHash('sha256').update(this.#salt);
    for (const part of parts) digest.update(`${part.length}:`).update(part);
    return digest.digest('base64');
  }

  #remember(key: string, isAllowed: boolean): void {
    this.#answers.set(key, isAllowed);
    if (this.#answers.size <= REMEMBERED) return;
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined) this.#answers.delete(oldest);
  }
}

/** Off this thread, and loaded only where a password is asked for: it is native code. */
async function comparePassword(password: string, hash: string): Promise<boolean> {
  const { verify } = await import('@node-rs/bcrypt');
  return verify(password, hash);
}

/** User and password of an `Authorization: Basic` header, as Go's `Request.BasicAuth` finds them. */
function credentials(
  header: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^basic ([A-Za-z0-9+/]*={0,2})$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
