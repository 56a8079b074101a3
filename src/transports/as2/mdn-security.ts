import { hash } from 'node:crypto';
import { Workspace } from './bytes/workspace.ts';
import { BerError } from './cms/ber.ts';
import { SecurityFailure } from './cms/security-failure.ts';
import type { ContentHeaders, MdnSignature, ReadMdn, SignOptions, Verifiers } from './message-model.ts';
import { DIGESTS } from './mic.ts';
import { readEntity, toEntity } from './mime/entity.ts';
import type { Entity, Range } from './mime/entity.ts';
import { MimeError } from './mime/mime-error.ts';
import { splitMultipart } from './mime/multipart.ts';
import { decodeTransfer } from './mime/transfer-encoding.ts';
import { bytesBody, wholeBytes, wholeEntity } from './mime/write-entity.ts';
import { MemorySource } from './bytes/byte-source.ts';
import { signEntity } from './sign-entity.ts';
import { verifyEntity } from './verify-entity.ts';

const MAX_PARTS = 20;
const MAX_DEPTH = 4;

/** Signs a report: multipart/signed over exactly its headers and body. */
export function signMdn(
  report: { headers: ContentHeaders; body: Uint8Array },
  sign: SignOptions,
): { headers: ContentHeaders; body: Uint8Array } {
  const bytes = wholeBytes(wholeEntity({ headers: report.headers, body: bytesBody(report.body) }));
  const { headers, body } = signEntity(bytesBody(bytes), hash(sign.digest, bytes, 'buffer'), sign);
  return { headers, body: wholeBytes(body) };
}

/**
 * Reads a receipt: verifies its signature if it has one, by the given certificates only, and takes the report apart.
 * `headers` are those of HTTP, names in lower case. Never throws on what a partner sends: what cannot be read is left out.
 */
export function readMdn(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Uint8Array,
  verifiers: Verifiers,
): ReadMdn {
  const source = new MemorySource(body);
  const fields = new Map(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
  const workspace = new Workspace(Number.MAX_SAFE_INTEGER, undefined);
  const outer = toEntity(fields, { source, start: 0, end: source.length });
  if (outer.type.value !== 'multipart/signed')
    return { signature: { state: 'unsigned' }, parts: reportParts(outer, workspace, 0) };
  const signature = signatureOf(outer, verifiers, workspace);
  return { signature, parts: reportParts(outer, workspace, 0) };
}

function signatureOf(entity: Entity, verifiers: Verifiers, workspace: Workspace): ReadMdn['signature'] {
  try {
    const { signature } = verifyEntity(entity, verifiers, DIGESTS, workspace, { strictEnd: false });
    const verified: MdnSignature = { digest: signature.digest, signer: signature.signer };
    return { state: 'valid', ...verified };
  } catch (error) {
    if (isPartnersFault(error)) return { state: 'invalid', reason: (error as Error).message };
    throw error;
  }
}

const isPartnersFault = (error: unknown): boolean =>
  error instanceof SecurityFailure || error instanceof MimeError || error instanceof BerError;

/** Leaves of the report; of multipart/signed only the first part counts, the one that is signed. */
function reportParts(entity: Entity, workspace: Workspace, depth: number): ReadMdn['parts'] {
  try {
    const { value: type, parameters } = entity.type;
    if (!type.startsWith('multipart/')) return [leaf(type, entity, workspace)];
    if (depth === MAX_DEPTH) return [];
    const { parts } = splitMultipart(entity.body, parameters.get('boundary') ?? '', MAX_PARTS);
    const inner: Range[] = type === 'multipart/signed' ? parts.slice(0, 1) : parts;
    return inner.flatMap((part) => reportParts(readEntity(part), workspace, depth + 1));
  } catch (error) {
    if (isPartnersFault(error)) return [];
    throw error;
  }
}

function leaf(type: string, { headers, body }: Entity, workspace: Workspace): ReadMdn['parts'][number] {
  const { source, start, end } = decodeTransfer(body, headers.get('content-transfer-encoding'), workspace);
  return { contentType: type, body: source.read(start, end) };
}
