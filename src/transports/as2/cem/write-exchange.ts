import type { Instant } from '../../../common/time.ts';
import { writeXml } from '../../../edi/xml/index.ts';
import type { XmlToWrite } from '../../../edi/xml/index.ts';
import type { ProposedUse } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { Certificate } from '../certificate.ts';
import { OID } from '../cms/algorithms.ts';
import { contextTag, der, integer, oid, sequence, setOf, sorted } from '../cms/der.ts';
import { randomOctets } from '../random.ts';
import {
  EXCHANGE_NAMESPACE,
  EXCHANGE_TYPE,
  SIGNATURE_NAMESPACE,
  USAGES,
  serialNumberOf,
} from './exchange-message.ts';

/** A MIME entity: what its Content-Type says, and its body. */
export interface ExchangeEntity {
  contentType: string;
  body: Uint8Array;
}

interface Heading {
  requestId: string;
  /** Our AS2 identifier. */
  sender: string;
  at: Instant;
}

/** Asks the partner to trust a certificate of ours. */
export function writeRequest(
  heading: Heading,
  trust: {
    uses: readonly ProposedUse[];
    respondBy: Instant;
    responseUrl: string;
    certificate: Certificate;
    chain: readonly Certificate[];
  },
): ExchangeEntity {
  const contentId = `certificate-${randomOctets(12).toString('hex')}@tradelane`;
  const root = rootOf('EDIINTCertificateExchangeRequest', heading, [
    element('TrustRequest', [
      ...trust.uses.map((use) => text('CertUsage', USAGES[use])),
      text('RespondByDate', trust.respondBy),
      text('ResponseURL', trust.responseUrl),
      element('EndEntity', [
        element('CertificateIdentifier', issuerAndSerial(trust.certificate)),
        text('CertificateContentID', contentId),
      ]),
    ]),
  ]);
  return writeEntity(root, [{ contentId, certificates: [trust.certificate, ...trust.chain] }]);
}

/** Tells the partner what was decided on each of his certificates. */
export function writeResponse(
  heading: Heading,
  trust: readonly {
    accepted: boolean;
    reason: string;
    certificate: Pick<Certificate, 'issuer' | 'serialNumber'>;
  }[],
): ExchangeEntity {
  const root = rootOf(
    'EDIINTCertificateExchangeResponse',
    heading,
    trust.map(({ accepted, reason, certificate }) =>
      element('TrustResponse', [
        text('CertStatus', accepted ? 'Accepted' : 'Rejected'),
        ...(accepted || reason === '' ? [] : [text('ReasonForRejection', reason)]),
        element('CertificateReference', issuerAndSerial(certificate)),
      ]),
    ),
  );
  return writeEntity(root, []);
}

function rootOf(name: string, { requestId, sender, at }: Heading, children: XmlToWrite[]): XmlToWrite {
  const partner = text('Name', sender);
  partner.attributes.set('qualifier', 'AS2');
  const info = element('TradingPartnerInfo', [partner, text('MessageOriginated', at)]);
  const root = element(name, [info, ...children]);
  root.attributes.set('xmlns', EXCHANGE_NAMESPACE);
  root.attributes.set('xmlns:ds', SIGNATURE_NAMESPACE);
  root.attributes.set('requestId', requestId);
  return root;
}

function issuerAndSerial(certificate: Pick<Certificate, 'issuer' | 'serialNumber'>): XmlToWrite[] {
  return [
    text('ds:X509IssuerName', certificate.issuer),
    text('ds:X509SerialNumber', serialNumberOf(certificate)),
  ];
}

function element(name: string, children: XmlToWrite[]): XmlToWrite {
  return { name, attributes: new Map(), children, text: '' };
}

function text(name: string, value: string): XmlToWrite {
  return { name, attributes: new Map(), children: [], text: value };
}

/** A multipart/related, also of one part alone: so the other side knows it for what it is. Everything is ASCII or Base64. */
function writeEntity(
  root: XmlToWrite,
  bags: readonly { contentId: string; certificates: readonly Certificate[] }[],
): ExchangeEntity {
  const boundary = `cem-${randomOctets(16).toString('hex')}`;
  const rootId = `exchange-${randomOctets(12).toString('hex')}@tradelane`;
  const parts = [
    partOf(`${EXCHANGE_TYPE}; charset=UTF-8`, rootId, Buffer.from(writeXml(root), 'utf8')),
    ...bags.map(({ contentId, certificates }) =>
      partOf(
        'application/pkcs7-mime; smime-type=certs-only; name="certificates.p7c"',
        contentId,
        writeCertificateBag(certificates),
      ),
    ),
  ];
  const lines = parts.flatMap((part) => [`--${boundary}`, ...part]);
  return {
    contentType: `multipart/related; type="${EXCHANGE_TYPE}"; start="<${rootId}>"; boundary="${boundary}"`,
    body: Buffer.from([...lines, `--${boundary}--`, ''].join('\r\n'), 'latin1'),
  };
}

function partOf(contentType: string, contentId: string, bytes: Buffer): string[] {
  return [
    `Content-Type: ${contentType}`,
    `Content-ID: <${contentId}>`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(bytes.toString('base64').match(/.{1,76}/g) ?? []),
  ];
}

/** SignedData without content and signers (RFC 5652 5.1; `certs-only` of RFC 8551 3.8). */
export function writeCertificateBag(certificates: readonly Certificate[]): Buffer {
  const signedData = sequence(
    integer(1),
    setOf(),
    sequence(oid(OID.data)),
    der(contextTag(0, 'constructed'), ...sorted(certificates.map(({ der: bytes }) => bytes))),
    setOf(),
  );
  return sequence(oid(OID.signedData), der(contextTag(0, 'constructed'), signedData));
}
