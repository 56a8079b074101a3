import type { As2Receipt, HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import type { Instant } from '../../common/time.ts';
import { bareMessageId } from './as2-id.ts';
import { formatDisposition, isPositive, readDisposition } from './disposition.ts';
import { headerOf, toHeaderRecord } from './headers.ts';
import type { ReadMdn, Verifiers } from './message-security.ts';
import { readMdn } from './message-security.ts';

/** A receipt as it was read; nothing about it is believed yet. */
export interface ReadReceipt {
  /** Without its body's hash, which the caller knows. */
  receipt: Omit<As2Receipt, 'sha256' | 'sizeBytes' | 'positive' | 'warnings'> & { positive: boolean };
  /** Message-ID of the message that it is about, without brackets. */
  originalMessageId: string;
  signature: ReadMdn['signature'];
  /** Received-content-MIC as written; '' for none. */
  micField: string;
}

const REPORT = 'message/disposition-notification';

/**
 * Reads a receipt whatever its habits: folded fields, fields in any order and case, a part in Base64, bare line feeds, no part
 * for people, parts too many. Undefined where it is none. Never throws.
 */
export function readReceipt(
  headers: readonly HeaderLine[],
  body: Uint8Array,
  verifiers: Verifiers,
  at: Instant,
): ReadReceipt | undefined {
  const read = readMdn(toHeaderRecord(headers), body, verifiers);
  const report = read.parts.find(({ contentType }) => contentType.toLowerCase() === REPORT);
  if (report === undefined) return undefined;
  const fields = readFields(Buffer.from(report.body).toString('utf8'));
  const disposition = readDisposition(fields.get('disposition') ?? '', fields);
  const { signature } = read;
  const text = read.parts.find(({ contentType }) => /^text\//i.test(contentType));
  return {
    receipt: {
      headers: [...headers],
      at,
      messageId: headerOf(headers, 'Message-ID') ?? '',
      disposition:
        disposition === undefined ? (fields.get('disposition') ?? '') : formatDisposition(disposition),
      positive: disposition !== undefined && isPositive(disposition),
      signed: signature.state !== 'unsigned',
      signerFingerprint: signature.state === 'valid' ? signature.signer.fingerprint : '',
      text: text === undefined ? '' : readableText(text),
    },
    originalMessageId: bareMessageId(fields.get('original-message-id') ?? ''),
    signature,
    micField: fields.get('received-content-mic') ?? '',
  };
}

/** Whether something that came to our address is a receipt: by what it is, not by its headers alone. */
export function isReceipt(headers: readonly HeaderLine[], body: Uint8Array): boolean {
  const type = (headerOf(headers, 'Content-Type') ?? '').trim().toLowerCase();
  if (type.startsWith('multipart/report')) return true;
  if (!type.startsWith('multipart/signed')) return false;
  // A signed message of another kind may be large; the report of a receipt stands near its beginning.
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 16_384)).toString('latin1');
  return /^content-type:\s*multipart\/report/im.test(start) || readsAsReport(headers, body, start);
}

function readsAsReport(headers: readonly HeaderLine[], body: Uint8Array, start: string): boolean {
  if (!/disposition-notification/i.test(start)) return false;
  const { parts } = readMdn(toHeaderRecord(headers), body, { verification: [] });
  return parts.some(({ contentType }) => contentType.toLowerCase() === REPORT);
}

function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    if (!fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

const MAX_TEXT = 2_000;

function readableText({ contentType, body }: { contentType: string; body: Uint8Array }): string {
  const text = Buffer.from(body).toString('utf8');
  const plain = /html/i.test(contentType) ? text.replace(/<[^<>]*>/g, ' ') : text;
  return plain.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT);
}
