import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { headerOf } from './headers.ts';
import type { Digest } from './message-security.ts';
import { digestOfMicalg } from './mic.ts';

const IMPORTANCE: ReadonlySet<string> = new Set(['required', 'optional']);

/** The receipt that a sender asks for (RFC 4130 section 7.3). */
export interface ReceiptRequest {
  wanted: boolean;
  signed: boolean;
  /** The MIC algorithms that we know, in the sender's order, each as he spells it. */
  digests: readonly { digest: Digest; spelling: string }[];
  /** Where an asynchronous receipt goes. */
  deliverTo?: string;
  /** Why no such receipt can be made: told by `failed/failure`, and nothing is delivered. */
  unsupported?: 'unsupported format' | 'unsupported MIC-algorithms';
}

/** Reads what the request's headers ask for: parameters in either order, with and without importance and spaces. */
export function readReceiptRequest(headers: readonly HeaderLine[]): ReceiptRequest {
  const deliverTo = headerOf(headers, 'Receipt-Delivery-Option')?.trim();
  const options = readOptions(headerOf(headers, 'Disposition-Notification-Options') ?? '');
  const protocols = options.get('signed-receipt-protocol') ?? [];
  const algorithms = options.get('signed-receipt-micalg') ?? [];
  const digests = algorithms.flatMap((spelling) => {
    const digest = digestOfMicalg(spelling);
    return digest === undefined ? [] : [{ digest, spelling }];
  });
  const signed = protocols.some((protocol) => protocol.toLowerCase() === 'pkcs7-signature');
  const unsupported =
    protocols.length > 0 && !signed
      ? 'unsupported format'
      : algorithms.length > 0 && digests.length === 0
        ? 'unsupported MIC-algorithms'
        : undefined;
  return {
    wanted: (headerOf(headers, 'Disposition-Notification-To') ?? '').trim() !== '',
    signed,
    digests,
    ...(deliverTo !== undefined && deliverTo !== '' && { deliverTo }),
    ...(unsupported !== undefined && { unsupported }),
  };
}

function readOptions(field: string): Map<string, string[]> {
  const options = new Map<string, string[]>();
  for (const parameter of field.split(';')) {
    const equals = parameter.indexOf('=');
    if (equals < 0) continue;
    const values = parameter
      .slice(equals + 1)
      .split(',')
      .map(withoutQuotes)
      .filter((value) => value !== '');
    if (IMPORTANCE.has(values[0]?.toLowerCase() ?? '')) values.shift();
    options.set(parameter.slice(0, equals).trim().toLowerCase(), values);
  }
  return options;
}

function withoutQuotes(value: string): string {
  const text = value.trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** Disposition-Notification-Options for a signed receipt. */
export function formatReceiptOptions(algorithms: readonly string[]): string {
  return `signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, ${algorithms.join(', ')}`;
}
