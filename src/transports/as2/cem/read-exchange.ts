import { GatewayError } from '../../../common/errors.ts';
import { parseXml } from '../../../edi/xml/index.ts';
import type { XmlElement } from '../../../edi/xml/index.ts';
import type { ProposedUse } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { Certificate } from '../certificate.ts';
import { readCertificates } from '../certificate.ts';
import { BerError } from '../cms/ber.ts';
import { contentLength } from '../content.ts';
import type { InboundPart } from '../message-security.ts';
import { readContent } from '../read-content.ts';
import {
  EXCHANGE_NAMESPACE,
  EXCHANGE_TYPE,
  ExchangeError,
  USAGES,
  hasSerialNumber,
} from './exchange-message.ts';
import type {
  ExchangeMessage,
  ExchangeRequest,
  ExchangeResponse,
  TrustRequest,
  TrustResponse,
} from './exchange-message.ts';

const MAX_PART_BYTES = 128 * 1024;
const MAX_ELEMENTS = 2_000;
const MAX_DEPTH = 16;
/** A certificate for each use, old and new: real requests have one or two. */
const MAX_CERTIFICATES = 20;
const MAX_TEXT = 1_000;
/** Content types under which certificates come, one or a chain. */
const CERTIFICATE_TYPES = /^application\/(?:(?:x-)?pkcs7-\w+|pkix-cert|x-x509-[\w-]+)$/;

export function isExchange(parts: readonly InboundPart[]): boolean {
  return parts.some(({ contentType }) => contentType === EXCHANGE_TYPE);
}

/** Reads a request or a response with its certificates. Throws ExchangeError. */
export async function readExchange(parts: readonly InboundPart[]): Promise<ExchangeMessage> {
  const [description, ...others] = parts.filter(({ contentType }) => contentType === EXCHANGE_TYPE);
  if (description === undefined || others.length > 0)
    throw new ExchangeError(
      `It has ${others.length + (description ? 1 : 0)} parts of type ${EXCHANGE_TYPE}.`,
    );
  const root = await readRoot(description);
  refuseDocuments(root, parts);
  const heading = readHeading(root);
  if (root.name === 'EDIINTCertificateExchangeRequest')
    return { kind: 'request', ...heading, trust: await readTrustRequests(root, parts) };
  if (root.name === 'EDIINTCertificateExchangeResponse')
    return { kind: 'response', ...heading, trust: readTrustResponses(root) };
  throw new ExchangeError(`Its root element is ${root.qualifiedName}.`);
}

/** Whatever else lies beside would be acknowledged with the message, and reach nobody. */
function refuseDocuments(root: XmlElement, parts: readonly InboundPart[]): void {
  const named = new Set(
    childrenOf(root, 'TrustRequest').flatMap((trust) =>
      childrenOf(trust, 'EndEntity').map((entity) => bareContentId(textOf(entity, 'CertificateContentID'))),
    ),
  );
  const other = parts.find(
    ({ contentType, contentId = '' }) =>
      contentType !== EXCHANGE_TYPE &&
      !CERTIFICATE_TYPES.test(contentType) &&
      !named.has(bareContentId(contentId)),
  );
  if (other !== undefined)
    throw new ExchangeError(
      `A part of type ${other.contentType} lies beside it: documents come in messages of their own.`,
    );
}

async function readRoot(description: InboundPart): Promise<XmlElement> {
  const bytes = await readLimited(description);
  const { root, findings } = parseXml(bytes, { maxDepth: MAX_DEPTH, maxElements: MAX_ELEMENTS });
  if (root === undefined) throw new ExchangeError(findings[0]?.message ?? 'Its XML cannot be read.');
  if (root.namespace !== EXCHANGE_NAMESPACE)
    throw new ExchangeError(`Its root element has the namespace ${JSON.stringify(root.namespace)}.`);
  return root;
}

async function readLimited({ content, contentType }: InboundPart): Promise<Uint8Array> {
  const length = contentLength(content);
  if (length > MAX_PART_BYTES)
    throw new ExchangeError(
      `A part of type ${contentType} has ${length} bytes; ${MAX_PART_BYTES} are the most.`,
    );
  return readContent(content);
}

function readHeading(root: XmlElement): Pick<ExchangeMessage, 'requestId' | 'sender'> {
  const requestId = root.attributes.find(({ name }) => name === 'requestId')?.value ?? '';
  if (!/^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(requestId))
    throw new ExchangeError('It has no requestId of 1 to 255 printable characters.');
  return { requestId, sender: needText(need(root, 'TradingPartnerInfo'), 'Name') };
}

async function readTrustRequests(
  root: XmlElement,
  parts: readonly InboundPart[],
): Promise<ExchangeRequest['trust']> {
  const elements = childrenOf(root, 'TrustRequest');
  if (elements.length === 0 || elements.length > MAX_CERTIFICATES)
    throw new ExchangeError(`It has ${elements.length} certificates; 1 to ${MAX_CERTIFICATES} are taken.`);
  const bags = new Map<string, Certificate[]>();
  const read: TrustRequest[] = [];
  for (const element of elements) {
    const entity = need(element, 'EndEntity');
    const contentId = bareContentId(needText(entity, 'CertificateContentID'));
    const bag = bags.get(contentId) ?? (await readBag(contentId, parts));
    bags.set(contentId, bag);
    const serialNumber = needText(need(entity, 'CertificateIdentifier'), 'X509SerialNumber');
    const certificate = bag.find((one) => hasSerialNumber(one, serialNumber));
    if (certificate === undefined || !/^[\dA-F]+$/i.test(certificate.serialNumber))
      throw new ExchangeError(
        `The part ${contentId} has no certificate with the serial number ${serialNumber}.`,
      );
    read.push({
      uses: readUses(element),
      respondBy: readInstant(textOf(element, 'RespondByDate')),
      responseUrl: textOf(element, 'ResponseURL'),
      certificate,
      chain: bag.filter((one) => one !== certificate),
    });
  }
  // An answer names a certificate by these two.
  const names = new Set(read.map(({ certificate: { issuer, serialNumber } }) => `${serialNumber} ${issuer}`));
  if (names.size < read.length)
    throw new ExchangeError('Two of its certificates have one issuer and serial number.');
  return read;
}

/** The certificates of the part that a Content-ID names: a PKCS #7 chain, or one alone. */
async function readBag(contentId: string, parts: readonly InboundPart[]): Promise<Certificate[]> {
  const part = parts.find((one) => one.contentId !== undefined && bareContentId(one.contentId) === contentId);
  if (part === undefined) throw new ExchangeError(`It has no part with the Content-ID ${contentId}.`);
  try {
    const certificates = readCertificates(await readLimited(part));
    if (certificates.length <= MAX_CERTIFICATES) return certificates;
    throw new ExchangeError(`The part ${contentId} has ${certificates.length} certificates.`);
  } catch (error) {
    if (error instanceof GatewayError || error instanceof BerError)
      throw new ExchangeError(`The part ${contentId}: ${error.message}`);
    throw error;
  }
}

function readUses(element: XmlElement): ProposedUse[] {
  const written = childrenOf(element, 'CertUsage').map(({ text }) => text);
  const uses = (Object.keys(USAGES) as ProposedUse[]).filter((use) => written.includes(USAGES[use]));
  if (uses.length > 0) return uses;
  throw new ExchangeError(`A certificate has no CertUsage that is known: ${limited(written.join(', '))}.`);
}

function readTrustResponses(root: XmlElement): ExchangeResponse['trust'] {
  const elements = childrenOf(root, 'TrustResponse');
  if (elements.length === 0 || elements.length > MAX_CERTIFICATES)
    throw new ExchangeError(`It answers for ${elements.length} certificates.`);
  return elements.map((element): TrustResponse => {
    const status = needText(element, 'CertStatus');
    if (!/^(accepted|rejected)$/i.test(status))
      throw new ExchangeError(`CertStatus is ${JSON.stringify(limited(status))}.`);
    return {
      accepted: status.toLowerCase() === 'accepted',
      reason: limited(textOf(element, 'ReasonForRejection')),
      serialNumber: needText(need(element, 'CertificateReference'), 'X509SerialNumber'),
    };
  });
}

function childrenOf({ children }: XmlElement, name: string): XmlElement[] {
  return children.filter((child) => child.name === name);
}

function need(element: XmlElement, name: string): XmlElement {
  const found = childrenOf(element, name);
  if (found.length === 1) return found[0]!;
  throw new ExchangeError(`${element.qualifiedName} has ${found.length} elements ${name}.`);
}

function textOf(element: XmlElement, name: string): string {
  const found = childrenOf(element, name);
  if (found.length > 1)
    throw new ExchangeError(`${element.qualifiedName} has ${found.length} elements ${name}.`);
  return found[0]?.text ?? '';
}

function needText(element: XmlElement, name: string): string {
  const text = textOf(element, name);
  if (text === '') throw new ExchangeError(`${element.qualifiedName} has no ${name}.`);
  return text;
}

function limited(text: string): string {
  return text.slice(0, MAX_TEXT);
}

function bareContentId(text: string): string {
  return limited(
    text
      .trim()
      .replace(/^cid:/i, '')
      .replace(/^<(.*)>$/s, '$1'),
  );
}

/** xs:dateTime; one without a zone is taken for UTC. */
function readInstant(text: string): string {
  if (text === '') return '';
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`;
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(ms)) throw new ExchangeError(`RespondByDate is ${JSON.stringify(limited(text))}.`);
  return new Date(ms).toISOString();
}
