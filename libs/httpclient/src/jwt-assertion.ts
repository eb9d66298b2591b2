import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { HttpClientSetupError } from './errors.js';

const DIGESTS = { RS256: 'sha256', RS384: 'sha384', RS512: 'sha512' } as const;
export type SignatureAlgorithm = keyof typeof DIGESTS;
export const SIGNATURE_ALGORITHMS = Object.keys(DIGESTS) as readonly SignatureAlgorithm[];

const LIFETIME_S = 600;

export interface AssertionOptions {
  /** An RSA key in PEM, PKCS #1 or PKCS #8. */
  readonly privateKey: string;
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Further claims, which go before those that follow from the rest. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
}

/**
 * A signed JSON Web Token that stands for the client (RFC 7523, section 3; signed as RFC 7518, section 3.3).
 * @throws HttpClientSetupError when the key is none.
 */
export function signedAssertion(options: AssertionOptions): string {
  const { algorithm, keyId, issuer, subject, audience, scopes, claims, nowMs } = options;
  const issuedAt = Math.floor(nowMs / 1000);
  const header = { alg: algorithm, typ: 'JWT', ...(keyId !== '' && { kid: keyId }) };
  const payload = {
    iss: issuer,
    sub: subject,
    jti: randomUUID(),
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_S,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...claims,
  };
  const signed = `${base64url(header)}.${base64url(payload)}`;
  const signature = sign(DIGESTS[algorithm], Buffer.from(signed), privateKeyOf(options.privateKey));
  return `${signed}.${signature.toString('base64url')}`;
}

function privateKeyOf(pem: string): ReturnType<typeof createPrivateKey> {
  if (!pem.includes('-----BEGIN ')) {
    throw new HttpClientSetupError('invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key');
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch (cause) {
    throw new HttpClientSetupError('key is not a valid RSA private key', { cause });
  }
  throw new HttpClientSetupError('key is not a valid RSA private key');
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
