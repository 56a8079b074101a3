import { setTimeout as sleepless } from 'node:timers/promises';
import type { CertificateProposalRecord } from '../../../src/pipeline/channels/certificate-proposal-record.ts';
import { openCertificateExchange } from '../../../src/transports/as2/cem/certificate-exchange.ts';
import { EXCHANGE_NAMESPACE, EXCHANGE_TYPE } from '../../../src/transports/as2/cem/exchange-message.ts';
import { writeCertificateBag } from '../../../src/transports/as2/cem/write-exchange.ts';
import { readCertificates } from '../../../src/transports/as2/certificate.ts';
import type { Certificate } from '../../../src/transports/as2/certificate.ts';
import { makeIdentity, startPair } from './as2-fixture.ts';
import type { Identity, Pair, Side, SideOptions } from './as2-fixture.ts';

export const PARTNER = 'northwind-hardware';
export const DECIDER = { name: 'Bea Buyer', roles: ['operator'] };
/** When they switch to their new certificate. */
const SWITCH = '2026-03-20T00:00:00.000Z';
export const DUE = '2026-03-16T00:00:00.000Z';
/** The same subject as the old one. */
export const RENEWED = makeIdentity('NORTHWIND');

export const certificateOf = ({ certificate }: Pick<Identity, 'certificate'>): Certificate =>
  readCertificates(Buffer.from(certificate))[0]!;

/** Two stations that exchange certificates; NORTHWIND has a new one, which comes into use at SWITCH. */
export function startExchange(
  settings = 'cem: {}',
  { renewed = RENEWED, us = {} }: { renewed?: Identity; us?: Partial<SideOptions> } = {},
): Promise<Pair> {
  return startPair(settings, {
    us,
    them: {
      station: `certificates: [{ certificate: { secret: own-certificate }, key: { secret: own-key } }, { certificate: { secret: new-certificate }, key: { secret: new-key }, from: '${SWITCH}' }]`,
      secrets: { 'new-certificate': renewed.certificate, 'new-key': renewed.key },
    },
  });
}

export const exchangeOf = (side: Side) => openCertificateExchange(side.station);

export const proposalsOf = (side: Side): Promise<CertificateProposalRecord[]> =>
  side.gateway.all('certificateProposals');

export async function firstProposal(side: Side): Promise<CertificateProposalRecord> {
  return (await proposalsOf(side))[0]!;
}

/** All work of both, until neither has anything left. */
export async function settleBoth({ us, them }: Pair): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await them.gateway.settle();
    await us.gateway.settle();
    await sleepless(0);
  }
}

export interface Asked {
  certificate: Certificate;
  bag?: Uint8Array;
  usages?: readonly string[];
  respondBy?: string;
  responseUrl?: string;
  serialNumber?: string;
}

/** A request as another program would write it, by hand. */
export function writeForeignRequest(
  asked: readonly Asked[],
  { requestId = 'R-1', sender = 'NORTHWIND', edit = (xml: string) => xml } = {},
): { contentType: string; body: Uint8Array } {
  const trust = asked.map(
    ({ certificate, usages = ['digitalSignature', 'keyEncipherment'], ...one }, index) => `
  <TrustRequest>
    ${usages.map((usage) => `<CertUsage>${usage}</CertUsage>`).join('')}
    ${one.respondBy === undefined ? '' : `<RespondByDate>${one.respondBy}</RespondByDate>`}
    <ResponseURL>${one.responseUrl ?? 'http://127.0.0.1:1/as2'}</ResponseURL>
    <EndEntity>
      <CertificateIdentifier>
        <ds:X509IssuerName>${certificate.issuer}</ds:X509IssuerName>
        <ds:X509SerialNumber>${one.serialNumber ?? BigInt(`0x${certificate.serialNumber}`)}</ds:X509SerialNumber>
      </CertificateIdentifier>
      <CertificateContentID>c${index}@northwind</CertificateContentID>
    </EndEntity>
  </TrustRequest>`,
  );
  const xml = edit(`<?xml version="1.0" encoding="UTF-8"?>
<EDIINTCertificateExchangeRequest xmlns="${EXCHANGE_NAMESPACE}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" requestId="${requestId}">
  <TradingPartnerInfo><Name qualifier="AS2">${sender}</Name><MessageOriginated>2026-03-02T08:00:00Z</MessageOriginated></TradingPartnerInfo>${trust.join('')}
</EDIINTCertificateExchangeRequest>`);
  const parts = [
    `Content-Type: ${EXCHANGE_TYPE}\r\nContent-ID: <root@northwind>\r\n\r\n${xml}`,
    ...asked.map(
      ({ certificate, bag = writeCertificateBag([certificate]) }, index) =>
        `Content-Type: application/pkcs7-mime; smime-type=certs-only\r\nContent-ID: <c${index}@northwind>\r\n` +
        `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bag).toString('base64')}`,
    ),
  ];
  return toEntity(parts);
}

/** An answer as another program would write it. */
export function writeForeignResponse(
  answered: readonly { status: string; serialNumber: string; reason?: string }[],
  requestId: string,
): { contentType: string; body: Uint8Array } {
  const trust = answered.map(
    ({ status, serialNumber, reason }) =>
      `<x:TrustResponse><x:CertStatus>${status}</x:CertStatus>${reason === undefined ? '' : `<x:ReasonForRejection>${reason}</x:ReasonForRejection>`}` +
      `<x:CertificateReference><ds:X509IssuerName>CN=X</ds:X509IssuerName><ds:X509SerialNumber>${serialNumber}</ds:X509SerialNumber></x:CertificateReference></x:TrustResponse>`,
  );
  const xml =
    `<x:EDIINTCertificateExchangeResponse xmlns:x="${EXCHANGE_NAMESPACE}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" requestId="${requestId}">` +
    `<x:TradingPartnerInfo><x:Name qualifier="AS2">NORTHWIND</x:Name></x:TradingPartnerInfo>${trust.join('')}</x:EDIINTCertificateExchangeResponse>`;
  return toEntity([`Content-Type: ${EXCHANGE_TYPE}\r\n\r\n${xml}`]);
}

export function toEntity(parts: readonly string[]): { contentType: string; body: Uint8Array } {
  const lines = parts.flatMap((part) => ['--cut', part]);
  return {
    contentType: `multipart/related; type="${EXCHANGE_TYPE}"; boundary="cut"`,
    body: Buffer.from([...lines, '--cut--', ''].join('\r\n')),
  };
}

let count = 0;

/** Sends an entity as a message, signed and encrypted as the settings say. */
export function sendEntity(
  side: Side,
  { contentType, body }: { contentType: string; body: Uint8Array },
  key = `send/entity-${(count += 1)}`,
) {
  return side.channel.send({ name: 'exchange.eml', bytes: body, key, entity: { contentType } });
}
