import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { keyPairFault } from './key-pair-fault.js';

const pem = (type: string): string => `-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`;
const certificate = pem('CERTIFICATE');
const { privateKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

describe('a certificate and its key', () => {
  test.each([
    ['', privateKey, 'tls: failed to find any PEM data in certificate input'],
    [
      privateKey,
      certificate,
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      pem('X') + pem('Y'),
      privateKey,
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [X Y]',
    ],
    [certificate, 'x', 'tls: failed to find any PEM data in key input'],
    [certificate, certificate, 'tls: found a certificate rather than a key in the PEM for the private key'],
    [
      certificate,
      pem('EC PARAMETERS') + pem('X'),
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [EC PARAMETERS X]',
    ],
    // What stands in the blocks is for OpenSSL to judge.
    [certificate, pem('EC PARAMETERS') + pem('EC PRIVATE KEY'), undefined],
  ])('%j and %j', (cert, key, fault) => {
    expect(keyPairFault(cert, key)).toBe(fault);
  });
});
