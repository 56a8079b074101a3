import { parseXml } from './parse-xml.ts';
import { xmlMessageType } from './message-type.ts';
import { writeXml } from './write-xml.ts';
import type { XmlToWrite } from './write-xml.ts';
import type { XmlElement } from './xml-element.ts';

/** Who somebody is: `domain` such as `DUNS` or `NetworkID`, compared without regard to case. */
export interface CxmlCredential {
  domain: string;
  identity: string;
}

/** What the envelope of a cXML 1.2 document says (cXML User's Guide, "cXML Envelope" and "Header"). */
export interface CxmlHeader {
  /** Unique for ever; a document that is sent again has the same one. */
  payloadId: string;
  /** `ConfirmationRequest`, `ProfileRequest` … */
  type: string;
  from: CxmlCredential[];
  to: CxmlCredential[];
  /** Of the sender; '' where there is none. */
  sharedSecret: string;
}

/** A status of the cXML User's Guide: 200 done, 4xx will never work like this, 5xx may work later. */
export interface CxmlStatus {
  code: number;
  text: string;
  detail: string;
}

/** Undefined where the document is no cXML with a header. */
export function readCxmlHeader(root: XmlElement): CxmlHeader | undefined {
  const header = childOf(root, 'Header');
  if (root.name !== 'cXML' || header === undefined) return undefined;
  return {
    payloadId: attributeOf(root, 'payloadID'),
    type: xmlMessageType(root),
    from: credentialsOf(childOf(header, 'From')),
    to: credentialsOf(childOf(header, 'To')),
    sharedSecret: secretsOf(root)[0] ?? '',
  };
}

/** Who sent a cXML document, and whether it says that it is a test (Request or Message, `deploymentMode`). */
export function readCxmlUsage(root: XmlElement): { from: CxmlCredential[]; test: boolean } | undefined {
  const header = readCxmlHeader(root);
  if (header === undefined) return undefined;
  const modes = root.children.map((child) => attributeOf(child, 'deploymentMode'));
  return { from: header.from, test: modes.includes('test') };
}

/** The status of a synchronous answer; undefined where the bytes are no cXML Response. */
export function readCxmlStatus(bytes: Uint8Array): CxmlStatus | undefined {
  const { root } = parseXml(bytes);
  const response = root?.name === 'cXML' ? childOf(root, 'Response') : undefined;
  const status = response === undefined ? undefined : childOf(response, 'Status');
  if (status === undefined) return undefined;
  return {
    code: Number(attributeOf(status, 'code')),
    text: attributeOf(status, 'text'),
    detail: status.text,
  };
}

/** A synchronous answer; `payload` stands behind the status, as a ProfileResponse does. */
export function writeCxmlResponse(
  envelope: { payloadId: string; timestamp: string },
  { code, text, detail }: CxmlStatus,
  payload?: XmlToWrite,
): string {
  const status = element('Status', { code: String(code), text, 'xml:lang': 'en' }, [], detail);
  const response = element('Response', {}, payload === undefined ? [status] : [status, payload]);
  const root = element('cXML', { payloadID: envelope.payloadId, timestamp: envelope.timestamp }, [response]);
  return writeXml(root, 'cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.061/cXML.dtd"');
}

/** What we take in, and where (cXML User's Guide, "Profile Transaction"). */
export function profileResponse(effectiveDate: string, url: string, types: readonly string[]): XmlToWrite {
  const transactions = types.map((requestName) =>
    element('Transaction', { requestName }, [element('URL', {}, [], url)]),
  );
  return element('ProfileResponse', { effectiveDate }, transactions);
}

/**
 * Puts the shared secret into the sender's credential of a document that we wrote. It is put in for the way only, so that it
 * stands in no archive. Undefined where there is no sender to put it.
 */
export function addSharedSecret(text: string, secret: string): string | undefined {
  const sender = /<Sender>\s*<Credential[^>]*>\s*<Identity>[^<]*<\/Identity>/.exec(text);
  if (sender === null) return undefined;
  const end = sender.index + sender[0].length;
  const escaped = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `${text.slice(0, end)}<SharedSecret>${escaped}</SharedSecret>${text.slice(end)}`;
}

/**
 * The same document with its shared secrets blanked, byte for byte the same otherwise; undefined where one cannot be taken out
 * (an encoding in which ASCII is not ASCII).
 */
export function withoutSharedSecret(bytes: Uint8Array): Uint8Array | undefined {
  const text = latin1(bytes).replaceAll(/(<SharedSecret\b[^<>]*>)[^<]*(?=<\/SharedSecret)/g, '$1');
  const blanked = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const { root } = parseXml(blanked);
  return root !== undefined && secretsOf(root).every((secret) => secret === '') ? blanked : undefined;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 8_192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8_192));
  return text;
}

function secretsOf(element: XmlElement): string[] {
  if (element.name === 'SharedSecret') return [element.text];
  return element.children.flatMap(secretsOf);
}

function credentialsOf(party: XmlElement | undefined): CxmlCredential[] {
  return (party?.children ?? [])
    .filter(({ name }) => name === 'Credential')
    .map((credential) => ({
      domain: attributeOf(credential, 'domain'),
      identity: childOf(credential, 'Identity')?.text ?? '',
    }));
}

function childOf(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((child) => child.name === name);
}

function attributeOf(of: XmlElement, name: string): string {
  return of.attributes.find((attribute) => attribute.name === name)?.value ?? '';
}

function element(
  name: string,
  attributes: Record<string, string>,
  children: XmlToWrite[],
  text = '',
): XmlToWrite {
  return { name, attributes: new Map(Object.entries(attributes)), children, text };
}
