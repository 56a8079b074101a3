import type { Finding } from '../common/finding.ts';
import type { As2ChannelSettings } from './as2-schema.ts';
import type { Company } from './company-schema.ts';
import { configFinding } from './config-text.ts';
import type { PartnerSource } from './partner-source.ts';

/**
 * What an AS2 channel needs beyond its own settings: our station, a pair of identifiers that no other channel has, an address
 * for asynchronous receipts, and certificates for what is signed and encrypted. A partner that lacks it is left out.
 */
export function checkAs2(
  sources: readonly PartnerSource[],
  company: Company | undefined,
): { findings: Finding[]; partners: Set<string> } {
  const findings: Finding[] = [];
  const partners = new Set<string>();
  const owners = new Map<string, PartnerSource>();
  for (const source of sources) {
    source.partner.channels.forEach((channel, index) => {
      if (channel.type !== 'as2' || !channel.enabled) return;
      const tell = (setting: string, message: string) => {
        partners.add(source.partner.partner);
        const place = source.locate(['channels', index, ...setting.split('.')]);
        findings.push(configFinding(place, 'AS2_INCOMPLETE', message));
      };
      const station = company?.as2;
      if (station === undefined) tell('type', 'company.yaml has no "as2": our own identifier is not known');
      for (const [setting, message] of lacking(channel)) tell(setting, message);
      if (isOpenToAll(channel)) {
        const place = source.locate(['channels', index, 'accept', 'signed']);
        const message =
          'messages need no signature, and nothing else shows who sends them: AS2-From is no proof. Set accept.addresses, accept.basicAuth or accept.clientCertificate';
        findings.push(configFinding(place, 'AS2_UNPROVED_SENDER', message, { severity: 'warning' }));
      }
      if (channel.receipt.mode === 'async' && station !== undefined && station.url === undefined) {
        tell('receipt.mode', 'asynchronous receipts need "as2.url" in company.yaml: where partners reach us');
      }
      const pair = JSON.stringify([channel.ids.ours ?? station?.id, channel.ids.theirs]);
      const owner = owners.get(pair);
      if (owner !== undefined) {
        partners.add(owner.partner.partner);
        tell(
          'ids.theirs',
          `the pair of AS2 identifiers of this channel is that of a channel of "${owner.partner.partner}" (${owner.file}) too; messages could not be told apart`,
        );
      }
      owners.set(pair, source);
    });
  }
  return { findings, partners };
}

function isOpenToAll({ accept, receive }: Needs): boolean {
  const { signed, addresses, basicAuth, clientCertificate } = accept;
  return receive && !signed && addresses.length === 0 && basicAuth === undefined && !clientCertificate;
}

function lacking({
  version,
  security,
  receipt,
  accept,
  certificates,
  trust,
  send,
  receive,
}: Needs): [setting: string, message: string][] {
  const has = (use: 'sign' | 'encrypt' | 'tls') => certificates.some(({ uses }) => uses.includes(use));
  const found: [string, string][] = [];
  if (send && security.encrypt !== 'none' && !has('encrypt')) {
    found.push([
      'certificates',
      'there is no certificate of the partner to encrypt for; or set security.encrypt to none',
    ]);
  }
  if (receive && accept.signed && !has('sign') && trust?.newCertificates !== 'anySubject') {
    found.push([
      'certificates',
      'there is no certificate of the partner to check signatures with; or set accept.signed to false',
    ]);
  }
  if (receive && accept.clientCertificate && !has('tls')) {
    found.push([
      'accept.clientCertificate',
      'there is no certificate of the partner with "uses: [tls]" that a client certificate could be compared with',
    ]);
  }
  const outdated =
    security.sign === 'sha1' || security.encrypt === '3des' || receipt.digests.includes('sha1');
  if (version === '1.3' && outdated) {
    found.push([
      'version',
      'stations of AS2 1.3 make neither SHA-1 nor 3DES: choose others in security and receipt, or version 1.2',
    ]);
  }
  return found;
}

type Needs = Pick<
  As2ChannelSettings,
  'version' | 'security' | 'receipt' | 'accept' | 'certificates' | 'trust'
> & {
  send: boolean;
  receive: boolean;
};
