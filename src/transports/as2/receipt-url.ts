import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { As2ChannelSettings } from '../../partners/as2-schema.ts';
import { isPrivateAddress } from '../addresses.ts';

type Terms = Pick<As2ChannelSettings, 'url' | 'theirReceipts'>;

/**
 * Whether we may call the address that a message names for its receipt. Whoever writes a message could otherwise make us
 * call any machine of our own network (SSRF): only the partner's known hosts are called.
 */
export function checkReceiptUrl(
  text: string,
  { url, theirReceipts }: Terms,
): { ok: true; url: string } | { ok: false; reason: string } {
  const target = URL.canParse(text) ? new URL(text) : undefined;
  if (target === undefined || (target.protocol !== 'http:' && target.protocol !== 'https:')) {
    return { ok: false, reason: 'receipts go to http and https addresses only.' };
  }
  if (target.username !== '' || target.password !== '') {
    return { ok: false, reason: 'an address with a password in it is not called.' };
  }
  const hosts = theirReceipts.hosts.length > 0 ? theirReceipts.hosts : [new URL(url).hostname];
  if (!hosts.some((host) => host.toLowerCase() === target.hostname.toLowerCase())) {
    return {
      ok: false,
      reason: `the host is none of ${hosts.join(', ')} (theirReceipts.hosts in the partner’s settings).`,
    };
  }
  return { ok: true, url: target.href };
}

/**
 * The address behind a host name at this moment, to be connected to as it is: a name must not lead somewhere else between
 * the check and the call. Undefined where it is private and the partner's settings do not allow that.
 */
export async function resolveReceiptHost(
  hostname: string,
  { theirReceipts }: Pick<Terms, 'theirReceipts'>,
): Promise<string | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host }];
  return addresses
    .map(({ address }) => address)
    .find((address) => theirReceipts.privateAddresses || !isPrivateAddress(address));
}
