const SHORTEST_HASH = 59;
const LOWEST_COST = 4;
const HIGHEST_COST = 31;

/**
 * Why a text cannot be a password's hash, in the words of Go's bcrypt package
 * (https://pkg.go.dev/golang.org/x/crypto/bcrypt#Cost); undefined when it can.
 */
export function checkBcryptHash(hash: string): string | undefined {
  if (hash.length < SHORTEST_HASH) return 'crypto/bcrypt: hashedSecret too short to be a bcrypted password';
  if (!hash.startsWith('$'))
    return `crypto/bcrypt: bcrypt hashes must start with '$', but hashedSecret started with '${hash[0]}'`;
  if (hash[1]! > '2') {
    return `crypto/bcrypt: bcrypt algorithm version '${hash[1]}' requested is newer than current version '2'`;
  }
  const digits = hash.slice(hash[2] === '$' ? 3 : 4).slice(0, 2);
  if (!/^\d\d$/.test(digits)) return `strconv.Atoi: parsing ${JSON.stringify(digits)}: invalid syntax`;
  const cost = Number(digits);
  if (cost >= LOWEST_COST && cost <= HIGHEST_COST) return undefined;
  return `crypto/bcrypt: cost ${cost} is outside allowed inclusive range ${LOWEST_COST}..${HIGHEST_COST}`;
}
