import { contentLength } from './content.ts';
import type { Content } from './content.ts';
import { SpoolFull } from './bytes/spool.ts';
import { INLINE_BYTES, MEMORY_BYTES, Workspace } from './bytes/workspace.ts';
import type {
  Keyring,
  OutboundPart,
  PackOptions,
  PackedMessage,
  RefusedMessage,
  UnpackOptions,
  UnpackedMessage,
} from './message-model.ts';
import { packInWorkspace } from './pack-message.ts';
import { runInWorker } from './security-pool.ts';
import { Unpacking } from './unpack-message.ts';

export type * from './message-model.ts';
export { readMdn, signMdn } from './mdn-security.ts';

/**
 * Puts the layers of the agreement around the parts of one message: as MIME, compressed, signed, encrypted. Throws
 * GatewayError INVALID_REQUEST for a header value that breaks its line, STORE_UNAVAILABLE where a file cannot be written.
 */
export async function packMessage(
  parts: readonly OutboundPart[],
  options: PackOptions,
): Promise<PackedMessage> {
  const length = parts.reduce((sum, { content }) => sum + contentLength(content), 0);
  if (length <= INLINE_BYTES && parts.every(({ content }) => content instanceof Uint8Array)) {
    const workspace = new Workspace(MEMORY_BYTES, undefined);
    const packed = await unlessSpoolFull(packInWorkspace(parts, options, workspace));
    if (packed !== undefined) return packed;
  }
  return runInWorker({ kind: 'pack', parts, options });
}

/**
 * Takes the layers off a message: decrypts, decompresses, verifies, and computes its MIC. `headers` are those of the HTTP
 * request, names in lower case. Whatever the bytes are, the answer is a message or a refusal. Throws GatewayError
 * STORE_UNAVAILABLE where a file cannot be read or written, TRANSPORT_UNAVAILABLE where it is not known now whether the signer's
 * certificate was revoked.
 */
export async function unpackMessage(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Content,
  keyring: Keyring,
  options: UnpackOptions,
): Promise<UnpackedMessage | RefusedMessage> {
  const fields = contentFields(headers);
  if (body instanceof Uint8Array && body.length <= INLINE_BYTES) {
    const workspace = new Workspace(MEMORY_BYTES, undefined);
    const unpacked = await unlessSpoolFull(new Unpacking(keyring, options, workspace).unpack(fields, body));
    if (unpacked !== undefined) return unpacked;
  }
  return runInWorker({ kind: 'unpack', headers: fields, body, keyring, options });
}

/** The fields that tell what a body is. */
function contentFields(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const name of ['content-type', 'content-transfer-encoding', 'content-disposition']) {
    const value = headers[name];
    if (value !== undefined) fields.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return fields;
}

/** A small message can grow large: then the work is done again where there is room for it. */
async function unlessSpoolFull<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SpoolFull) return undefined;
    throw error;
  }
}
