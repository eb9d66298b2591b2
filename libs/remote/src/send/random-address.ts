import { lookup as lookUp } from 'node:dns';
import { type LookupFunction } from 'node:net';

/** A name lookup that gives one of a name's addresses, another one each time, so that connections spread over them. */
export function randomAddressLookup(resolve: typeof lookUp = lookUp): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const one = error === null ? addresses[Math.floor(Math.random() * addresses.length)] : undefined;
      if (one === undefined) callback(error, []);
      else if (options.all === true) callback(null, [one]);
      else callback(null, one.address, one.family);
    });
  };
}
