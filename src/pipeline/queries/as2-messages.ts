import { GatewayError } from '../../common/errors.ts';
import type { As2MessageRecord } from '../channels/as2-message-record.ts';
import { readReceiptBody } from '../channels/receipt-body.ts';
import { IN_MEMORY_BYTES } from '../ports/file-content.ts';
import type { Store } from '../ports/store.ts';
import { scanAll } from './scan.ts';

/** The messages that a file came in by or went out by, oldest first. */
export async function listAs2MessagesOfFile(store: Store, fileId: string): Promise<As2MessageRecord[]> {
  const messages = await scanAll(store, 'as2Messages', { where: { fileId } }, 1_000);
  const [first] = messages;
  if (first !== undefined) return messages;
  // The second and later files of one message: found by the source of the file, which holds the Message-ID.
  const file = await store.get('files', fileId);
  if (file?.channel !== 'as2' || file.direction !== 'inbound') return [];
  const messageId = /^as2(?:\/[^|]*)?\|[^|]*\|(.*)\|\d+\|[0-9a-f]{64}$/s.exec(file.sourceKey ?? '')?.[1];
  if (messageId === undefined) return [];
  const named = await scanAll(store, 'as2Messages', { where: { messageId } }, 100);
  return named.filter(({ fileIds }) => fileIds.includes(fileId));
}

/** Everything that proves what was exchanged in one AS2 message, in one file that stands for itself. Bytes are Base64. */
export interface As2Evidence {
  format: 'tradelane-as2-evidence/1';
  madeAt: string;
  message: As2MessageRecord;
  request: { body: string };
  receipt?: { body: string };
  payloads: { name: string; sha256: string; body: string }[];
  certificates: { use: string; fingerprint: string; pem: string }[];
}

/**
 * Collects the evidence of a message, by the id of its record or by its Message-ID (with or without brackets). Throws
 * NOT_FOUND, FILE_TOO_LARGE, STORE_CORRUPT.
 */
export async function readAs2Evidence(store: Store, id: string, now: string): Promise<As2Evidence> {
  const message = await findMessage(store, id);
  const { receipt } = message;
  if (message.request.sizeBytes > IN_MEMORY_BYTES) {
    throw new GatewayError(
      'FILE_TOO_LARGE',
      `The message has ${message.request.sizeBytes} bytes; evidence in one file is made of messages up to ${IN_MEMORY_BYTES}.`,
    );
  }
  const files = await Promise.all(message.fileIds.map((fileId) => store.get('files', fileId)));
  return {
    format: 'tradelane-as2-evidence/1',
    madeAt: now,
    message: withoutReceiptBody(message),
    request: { body: await base64(store, message.request.sha256) },
    ...(receipt !== undefined && {
      receipt: { body: toBase64(await readReceiptBody(store, receipt)) },
    }),
    payloads: await Promise.all(
      files
        .filter((file) => file !== undefined)
        .map(async ({ name, sha256 }) => ({ name, sha256, body: await base64(store, sha256) })),
    ),
    certificates: await Promise.all(
      message.certificates.map(async ({ use, fingerprint, sha256 }) => ({
        use,
        fingerprint,
        pem: Buffer.from(await base64(store, sha256), 'base64').toString('latin1'),
      })),
    ),
  };
}

async function findMessage(store: Store, id: string): Promise<As2MessageRecord> {
  const known = await store.get('as2Messages', id);
  if (known !== undefined) return known;
  for (const messageId of [id, `<${id}>`]) {
    const { records } = await store.find('as2Messages', { where: { messageId }, limit: 1 });
    if (records[0] !== undefined) return records[0];
  }
  throw new GatewayError('NOT_FOUND', `There is no AS2 message ${id}.`);
}

/** It stands beside the record, with the other bytes. */
function withoutReceiptBody(message: As2MessageRecord): As2MessageRecord {
  if (message.receipt?.body === undefined) return message;
  const receipt = { ...message.receipt };
  delete receipt.body;
  return { ...message, receipt };
}

async function base64(store: Store, sha256: string): Promise<string> {
  return toBase64(await store.readArchive(sha256));
}

/** The bytes of a refused message are kept only up to a size: '' where they are not. */
function toBase64(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? new Uint8Array()).toString('base64');
}
