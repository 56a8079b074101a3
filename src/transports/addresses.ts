import { BlockList, isIP } from 'node:net';

/** Whether an address is one of these addresses and networks. IPv4 in IPv6 (`::ffff:203.0.113.7`) counts as IPv4. */
export function isListedAddress(address: string, listed: readonly string[]): boolean {
  const list = new BlockList();
  for (const entry of listed) addEntry(list, entry);
  return contains(list, address);
}

const PRIVATE = new BlockList();
const PRIVATE_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
for (const network of [
  ...PRIVATE_IPV4,
  ...PRIVATE_IPV4.flatMap(translated),
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
])
  addEntry(PRIVATE, network);

/** Whether an address is inside of some network (loopback, private, link-local, multicast) rather than on the Internet. */
export function isPrivateAddress(address: string): boolean {
  return contains(PRIVATE, address);
}

/** An IPv4 network as it is reached over IPv6: IPv4-compatible, by NAT64 (RFC 6052), by 6to4 (RFC 3056). */
function translated(network: string): string[] {
  const [address = '', prefix] = network.split('/');
  const [high, low] = [0, 2].map((at) =>
    address
      .split('.')
      .slice(at, at + 2)
      .map((octet) => Number(octet).toString(16).padStart(2, '0'))
      .join(''),
  );
  const bits = Number(prefix);
  return [
    `::${address}/${96 + bits}`,
    `64:ff9b::${address}/${96 + bits}`,
    `2002:${high}:${low}::/${16 + bits}`,
  ];
}

function addEntry(list: BlockList, entry: string): void {
  const [network = '', prefix] = entry.split('/');
  const version = isIP(network);
  if (version === 0) return;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) list.addAddress(network, family);
  else list.addSubnet(network, Number(prefix), family);
}

function contains(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const version = isIP(plain);
  return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
}
