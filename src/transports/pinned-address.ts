import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress } from './addresses.ts';
import { toNetworkError } from './network-error.ts';

/**
 * The address that a host stands for at this moment; undefined where all are inside of some network and that is not
 * allowed. Throws TRANSPORT_* for a name that leads nowhere.
 */
export async function findAddress(host: string, allowPrivate: boolean): Promise<string | undefined> {
  const found = isIP(host) === 0 ? await resolve(host) : [host];
  return found.find((address) => allowPrivate || !isPrivateAddress(address));
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw toNetworkError(error, `find ${host}`);
  }
}

/** Connects a request to this address as it is: the name must not lead elsewhere between the check and the call. */
export function lookupOf(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, options, done) => {
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}
