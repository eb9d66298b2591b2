export { crc32c } from './crc32c';
export { decodeXor } from './xor';
