import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { releaseEach } from '../../common/release.ts';
import type { As2MessageRecord, HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import type { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import type { OutboundFile } from '../../pipeline/ports/transport.ts';
import type { Agreement } from './agreement.ts';
import { formatAs2Id, formatMessageId } from './as2-id.ts';
import { chooseActive, chooseSigner } from './choose-certificates.ts';
import type { Certificate } from './certificate.ts';
import { contentLength } from './content.ts';
import type { Content } from './content.ts';
import { toFileContent } from './read-content.ts';
import { httpDate, safeHeaderValue } from './headers.ts';
import type { PackedMessage, PackOptions } from './message-security.ts';
import { packMessage } from './message-security.ts';
import { micalgName } from './mic.ts';
import { PRODUCT, productHeaders } from './product.ts';
import { formatReceiptOptions } from './receipt-request.ts';
import { toSignOptions } from './sign-options.ts';
import type { As2Station } from './station.ts';
import { TemporaryFolder } from './temporary-folder.ts';
import { recipientOf } from './verifiers.ts';

/**
 * Makes the request for a file: every byte of it, its Message-ID and its MIC, for the record that is committed before the
 * first attempt. From then on every attempt sends these bytes. Throws CERTIFICATE_* where nothing may be sent.
 */
export async function packRequest(
  unit: UnitOfWork,
  station: As2Station,
  agreement: Agreement,
  file: OutboundFile & { replaces?: string; number: number },
): Promise<As2MessageRecord> {
  const { context } = station;
  const at = context.clock.now();
  const folder = new TemporaryFolder(station.temporaryFolder);
  const { options, certificates } = await packOptions(station, agreement, folder);
  let packed: PackedMessage;
  let sha256: string;
  try {
    packed = await packMessage(
      [
        {
          content: await toContent(file.bytes, folder),
          ...(file.entity === undefined
            ? {
                contentType: agreement.settings.contentType ?? contentTypeOf(file.name),
                fileName: file.name,
                transferEncoding: agreement.settings.security.transferEncoding,
              }
            : { contentType: file.entity.contentType, transferEncoding: 'none' }),
        },
      ],
      options,
    );
    sha256 = await unit.archiveContent(await toFileContent(packed.body));
  } finally {
    await folder.remove();
  }
  const messageId = formatMessageId(context.ids.next(), agreement.ours);
  return {
    id: `out|${file.key}|${file.number}`,
    revision: 0,
    direction: 'outbound',
    partnerId: agreement.partnerId,
    channel: agreement.channel,
    messageId,
    as2From: agreement.ours,
    as2To: agreement.theirs,
    createdAt: at,
    status: 'packed',
    fileId: fileIdOf(file.key),
    // An entity is no payload of a message: its parts are.
    fileIds: [fileIdOf(file.key)].filter((id) => id !== '' && file.entity === undefined),
    key: file.key,
    request: {
      headers: requestHeaders(station, agreement, { file, messageId, at, packed }),
      sha256,
      sizeBytes: contentLength(packed.body),
    },
    layers: describeOptions(options),
    mics: packed.acceptedMics.map(({ digest, value }) => ({ algorithm: digest, value })),
    receiptMode: agreement.settings.receipt.mode,
    certificates: certificates.map(([use, { fingerprint, pem }]) => ({
      use,
      fingerprint,
      sha256: unit.archive(Buffer.from(pem, 'latin1')),
    })),
    notes: [],
    attempts: [],
    attemptCount: 0,
    receiptDueAt: '',
    receiptUrl: '',
    repeats: 0,
    ...(file.replaces !== undefined && { replaces: file.replaces }),
  };
}

/** Large content is put into a file, where all layers can be put around it. */
async function toContent(content: FileContent, folder: TemporaryFolder): Promise<Content> {
  if (content instanceof Uint8Array) return content;
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  const file = path.join(folder.path, 'payload');
  await writeFile(file, releaseEach(content.read()), { mode: 0o600 });
  return { path: file, start: 0, end: content.sizeBytes };
}

/** Work items send files under the key `send/<file>`. */
function fileIdOf(key: string): string {
  return key.startsWith('send/') ? key.slice('send/'.length) : '';
}

/** How the agreement wants a message to be packed. Throws CERTIFICATE_* where nothing may be sent. */
export async function packOptions(
  station: As2Station,
  agreement: Agreement,
  folder: TemporaryFolder,
): Promise<{ options: PackOptions; certificates: [string, Certificate][] }> {
  const { security, receipt, version } = agreement.settings;
  const at = station.context.clock.now();
  const certificates: [string, Certificate][] = [];
  const options: PackOptions = {
    compress: security.compress,
    cmsTransferEncoding: security.cmsTransferEncoding,
    // An unsigned receipt is asked for without naming algorithms: its MIC is by the default of the version.
    micDigests: receipt.signed
      ? receipt.digests
      : [...new Set([...receipt.digests, version === '1.3' ? 'sha256' : 'sha1'] as const)],
    get folder() {
      return folder.path;
    },
  };
  const own = await station.keys.ownKeys();
  if (security.sign !== 'none') {
    const signer = chooseSigner(own, at);
    options.sign = toSignOptions(signer, security.sign, at, security);
    certificates.push(['signed by us', signer.certificate]);
  }
  if (security.encrypt !== 'none') {
    const theirs = await recipientOf(station, agreement, at);
    const ours = security.readableByUs ? chooseActive(own, 'encrypt', at)?.certificate : undefined;
    options.encrypt = {
      recipients: ours === undefined ? [theirs] : [theirs, ours],
      cipher: security.encrypt,
      keyTransport: security.keyTransport,
    };
    certificates.push(['encrypted for the partner', theirs]);
  }
  return { options, certificates };
}

/** Outermost first. */
export function describeOptions({ compress, sign, encrypt }: PackOptions): string[] {
  const signed = sign === undefined ? [] : [`signed ${sign.digest} (${sign.scheme})`];
  const layers =
    compress === 'after'
      ? ['compressed', ...signed]
      : compress === 'before'
        ? [...signed, 'compressed']
        : signed;
  return encrypt === undefined
    ? layers
    : [`encrypted ${encrypt.cipher} (${encrypt.keyTransport})`, ...layers];
}

function requestHeaders(
  { settings: station }: As2Station,
  { settings, ours, theirs }: Agreement,
  {
    file,
    messageId,
    at,
    packed,
  }: { file: OutboundFile; messageId: string; at: string; packed: PackedMessage },
): HeaderLine[] {
  const { receipt, security, subject, version, cem } = settings;
  const headers: HeaderLine[] = [
    ['User-Agent', PRODUCT.userAgent],
    ['Date', httpDate(at)],
    ['MIME-Version', '1.0'],
    ['Subject', safeHeaderValue(subject ?? file.name)],
    ['Message-ID', messageId],
    ...productHeaders(version, cem !== undefined),
  ];
  headers.push(['AS2-From', formatAs2Id(ours)], ['AS2-To', formatAs2Id(theirs)]);
  if (receipt.mode !== 'none') {
    headers.push(['Disposition-Notification-To', safeHeaderValue(station.contact)]);
    if (receipt.signed) {
      const algorithms = receipt.digests.map((digest) => micalgName(digest, security.micalgSpelling));
      headers.push(['Disposition-Notification-Options', formatReceiptOptions(algorithms)]);
    }
    if (receipt.mode === 'async') headers.push(['Receipt-Delivery-Option', station.url ?? '']);
  }
  return [...headers, ...Object.entries(packed.headers)];
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  edi: 'application/edi-consent',
  xml: 'application/xml',
  json: 'application/json',
  csv: 'text/csv',
  txt: 'text/plain',
};

function contentTypeOf(name: string): string {
  return CONTENT_TYPES[name.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream';
}
