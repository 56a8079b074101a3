import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { formatAs2Id } from './as2-id.ts';
import { formatDisposition } from './disposition.ts';
import type { Disposition } from './disposition.ts';
import { httpDate } from './headers.ts';
import type { ContentHeaders, SignOptions } from './message-security.ts';
import { signMdn } from './message-security.ts';
import { PRODUCT, productHeaders } from './product.ts';
import { randomOctets } from './random.ts';

export interface MdnContent {
  /** Ours and theirs. */
  from: string;
  to: string;
  /** AS2-To as it was received, quotes and all. */
  originalRecipient: string;
  /** As received, byte for byte; absent for a message that had none. */
  originalMessageId: string | undefined;
  messageId: string;
  at: string;
  disposition: Disposition;
  mic?: { value: string; spelling: string };
  /** What a person reads. */
  text: string;
  /** AS2-Version of ours towards this partner; 1.2 where there is no agreement, or an older one. */
  version?: '1.2' | '1.3';
  /** Certificates are exchanged with him by messages: told as a feature. */
  exchangesCertificates?: boolean;
}

export interface WrittenMdn {
  /** Of the HTTP answer or request, content headers last. */
  headers: HeaderLine[];
  body: Uint8Array;
}

/** Writes a receipt (RFC 3798, RFC 4130 section 7.4): two parts, both 7bit, and signed over exactly these bytes if asked for. */
export function writeMdn(content: MdnContent, sign?: SignOptions): WrittenMdn {
  const report = writeReport(content);
  const { headers, body } = sign === undefined ? report : signMdn(report, sign);
  return {
    headers: [
      ...productHeaders(content.version ?? '1.2', content.exchangesCertificates === true),
      ['AS2-From', formatAs2Id(content.from)],
      ['AS2-To', formatAs2Id(content.to)],
      ['Message-ID', content.messageId],
      ['Date', httpDate(content.at)],
      ['MIME-Version', '1.0'],
      ['Subject', 'Message disposition notification'],
      ...Object.entries(headers),
    ],
    body,
  };
}

function writeReport(content: MdnContent): { headers: ContentHeaders; body: Uint8Array } {
  const boundary = `mdn-${randomOctets(16).toString('hex')}`;
  const recipient = `rfc822; ${content.originalRecipient}`;
  const fields = [
    `Reporting-UA: ${PRODUCT.name}`,
    `Original-Recipient: ${recipient}`,
    `Final-Recipient: ${recipient}`,
    ...(content.originalMessageId === undefined ? [] : [`Original-Message-ID: ${content.originalMessageId}`]),
    `Disposition: automatic-action/MDN-sent-automatically; ${formatDisposition(content.disposition)}`,
    ...(content.mic === undefined
      ? []
      : [`Received-content-MIC: ${content.mic.value}, ${content.mic.spelling}`]),
  ];
  const lines = [
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
    '',
    content.text.replace(/[^\x20-\x7e]+/g, ' '),
    `--${boundary}`,
    'Content-Type: message/disposition-notification',
    'Content-Transfer-Encoding: 7bit',
    '',
    ...fields,
    '',
    `--${boundary}--`,
    '',
  ];
  return {
    headers: {
      'Content-Type': `multipart/report; report-type=disposition-notification; boundary="${boundary}"`,
    },
    body: Buffer.from(lines.join('\r\n'), 'latin1'),
  };
}
