import { createPrivateKey, X509Certificate } from 'node:crypto';

/** Blocks of PEM with something in them (RFC 7468). */
const BLOCK = /-----BEGIN ([^\n-]+)-----\r?\n[\s\S]*?-----END \1-----/g;
const CERTIFICATE = 'CERTIFICATE';
const PRIVATE_KEY = /(?:^| )PRIVATE KEY$/;

/** What Go's `tls.X509KeyPair` finds wrong with a certificate and its key; undefined where it finds nothing. */
export function keyPairFault(certificate: string, key: string): string | undefined {
  return certificateFault(certificate) ?? keyFault(key) ?? mismatch(certificate, key);
}

function certificateFault(text: string): string | undefined {
  const types = blockTypes(text);
  if (types.includes(CERTIFICATE)) return undefined;
  if (types.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (types.length === 1 && PRIVATE_KEY.test(types[0]!)) {
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

function keyFault(text: string): string | undefined {
  const types = blockTypes(text);
  if (types.some((type) => PRIVATE_KEY.test(type))) return undefined;
  if (types.length === 0) return 'tls: failed to find any PEM data in key input';
  if (types.length === 1 && types[0] === CERTIFICATE) {
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  }
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

function blockTypes(text: string): readonly string[] {
  return Array.from(text.matchAll(BLOCK), ([, type = '']) => type);
}

function mismatch(certificate: string, key: string): string | undefined {
  try {
    const leaf = new X509Certificate(certificate);
    const own = createPrivateKey(key);
    if (leaf.publicKey.asymmetricKeyType !== own.asymmetricKeyType) {
      return 'tls: private key type does not match public key type';
    }
    return leaf.checkPrivateKey(own) ? undefined : 'tls: private key does not match public key';
  } catch {
    // Neither can be read by OpenSSL, which says why when it is given them.
    return undefined;
  }
}
