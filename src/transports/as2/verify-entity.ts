import type { Workspace } from './bytes/workspace.ts';
import { BerError } from './cms/ber.ts';
import { readContentInfo } from './cms/content-info.ts';
import { SecurityFailure } from './cms/security-failure.ts';
import { readSigners, verifyContent } from './cms/verify-signed-data.ts';
import type { Signers, VerifiedSignature } from './cms/verify-signed-data.ts';
import type { Digest, Verifiers } from './message-model.ts';
import { canonicalBlocks } from './mime/canonical.ts';
import { rangeBlocks, readEntity } from './mime/entity.ts';
import type { Entity, Range } from './mime/entity.ts';
import { MimeError } from './mime/mime-error.ts';
import { splitMultipart } from './mime/multipart.ts';
import { decodeTransfer } from './mime/transfer-encoding.ts';
import { withNewCertificates } from './trust/new-certificates.ts';

export interface VerifiedEntity {
  /** The first part, as it stands. */
  content: Range;
  signature: VerifiedSignature;
  verifiedOn: 'exact' | 'canonical';
}

/**
 * Verifies multipart/signed: over exactly the bytes between the delimiters, and once more with bare line feeds made CRLF.
 * `strictEnd` refuses whatever follows the closing delimiter. Throws SecurityFailure, MimeError.
 */
export function verifyEntity(
  { type, body }: Entity,
  verifiers: Verifiers,
  allowed: readonly Digest[],
  workspace: Workspace,
  { strictEnd }: { strictEnd: boolean },
): VerifiedEntity {
  const { parts, hasEpilogue } = splitMultipart(body, type.parameters.get('boundary') ?? '', 3);
  const [content, signaturePart] = parts;
  if (content === undefined || signaturePart === undefined || parts.length !== 2)
    throw new MimeError(`multipart/signed of ${parts.length} parts`);
  if (hasEpilogue && strictEnd) throw new MimeError('Something follows the closing delimiter');
  const { signers, certificates } = readSignaturePart(signaturePart, workspace);
  const known = withNewCertificates(verifiers, signers, certificates);
  const verify = (blocks: () => Iterable<Uint8Array>): VerifiedSignature => {
    const signature = verifyContent(signers, blocks, known, allowed);
    const above = known.authorities?.get(signature.signer);
    return above === undefined ? signature : { ...signature, authorities: above };
  };
  try {
    return { content, signature: verify(() => rangeBlocks(content)), verifiedOn: 'exact' };
  } catch (error) {
    if (!(error instanceof SecurityFailure) || error.modifier !== 'integrity-check-failed') throw error;
    try {
      const canonical = (): Iterable<Uint8Array> => canonicalBlocks(rangeBlocks(content));
      return { content, signature: verify(canonical), verifiedOn: 'canonical' };
    } catch (again) {
      throw again instanceof SecurityFailure ? error : again;
    }
  }
}

function readSignaturePart(part: Range, workspace: Workspace): Signers {
  const { headers, body } = readEntity(part);
  try {
    const { source, start, end } = decodeTransfer(body, headers.get('content-transfer-encoding'), workspace);
    return readSigners(readContentInfo(source, start, end));
  } catch (error) {
    if (error instanceof BerError)
      throw new SecurityFailure('authentication-failed', `The signature: ${error.message}`);
    throw error;
  }
}
