import type { Workspace } from './bytes/workspace.ts';
import { compressedDataPrefix, deflateInto } from './cms/compressed-data.ts';
import { encryptEnvelope } from './cms/enveloped-data.ts';
import { CIPHERS } from './cms/algorithms.ts';
import type { Content } from './content.ts';
import type {
  Digest,
  EncryptOptions,
  Mic,
  OutboundPart,
  PackOptions,
  PackedMessage,
} from './message-model.ts';
import { fileNameParameter } from './mime/file-name.ts';
import { base64Body, bytesBody, joinBodies, multipartBody, wholeEntity } from './mime/write-entity.ts';
import type { Body, OutboundEntity } from './mime/write-entity.ts';
import { digestsOf, newBoundary, signEntity } from './sign-entity.ts';

/** What a receiver may choose that was asked for no algorithm: the default of AS2 1.0–1.2, and that of 1.3. */
const UNASKED_DIGESTS: readonly Digest[] = ['sha1', 'sha256'];

type CmsEncoding = NonNullable<PackOptions['cmsTransferEncoding']>;

/** Puts the layers around the parts, innermost first (RFC 4130 4, RFC 5402 2). */
export async function packInWorkspace(
  parts: readonly OutboundPart[],
  options: PackOptions,
  workspace: Workspace,
): Promise<PackedMessage> {
  const { sign, encrypt, compress, cmsTransferEncoding = 'binary' } = options;
  const payload = payloadEntity(parts, workspace);
  let entity = compress === 'before' ? await compressed(payload, cmsTransferEncoding, workspace) : payload;
  let signedMics: readonly Mic[] | undefined;
  if (sign !== undefined) {
    const content = wholeEntity(entity);
    signedMics = micsOf(content, [sign.digest, ...(options.micDigests ?? [])]);
    entity = signEntity(content, Buffer.from(signedMics[0]!.value, 'base64'), sign);
  }
  if (compress === 'after') entity = await compressed(entity, cmsTransferEncoding, workspace);
  if (encrypt !== undefined) entity = encrypted(entity, encrypt, cmsTransferEncoding, workspace);
  const acceptedMics = signedMics ?? unsignedMics(payload, options);
  return {
    headers: entity.headers,
    body: toContent(entity.body, workspace),
    mic: acceptedMics[0]!,
    acceptedMics,
  };
}

function contentBody(content: Content, workspace: Workspace): Body {
  const source = workspace.open(content);
  return { length: source.length, blocks: () => source.blocks(0, source.length), content };
}

function toContent(body: Body, workspace: Workspace): Content {
  if (body.content !== undefined) return body.content;
  const spool = workspace.spool();
  for (const block of body.blocks()) spool.write(block);
  return spool.finish();
}

function payloadEntity(parts: readonly OutboundPart[], workspace: Workspace): OutboundEntity {
  const entities = parts.map((part) => partEntity(part, workspace));
  const [first] = entities;
  if (entities.length === 1 && first !== undefined) return first;
  const boundary = newBoundary();
  const type = parts[0]?.contentType.split(';', 1)[0]?.trim() ?? '';
  return {
    headers: { 'Content-Type': `multipart/related; type="${type}"; boundary="${boundary}"` },
    body: multipartBody(entities.map(wholeEntity), boundary),
  };
}

function partEntity(
  { content, contentType, fileName, transferEncoding = 'binary' }: OutboundPart,
  workspace: Workspace,
): OutboundEntity {
  const body = contentBody(content, workspace);
  return {
    headers: {
      'Content-Type': contentType,
      ...(transferEncoding === 'none' ? {} : { 'Content-Transfer-Encoding': transferEncoding }),
      ...(fileName === undefined
        ? {}
        : { 'Content-Disposition': `attachment; ${fileNameParameter(fileName)}` }),
    },
    body: transferEncoding === 'base64' ? base64Body(body) : body,
  };
}

function cmsEntity(smimeType: string, name: string, body: Body, encoding: CmsEncoding): OutboundEntity {
  return {
    headers: {
      'Content-Type': `application/pkcs7-mime; smime-type=${smimeType}; name="${name}"`,
      'Content-Transfer-Encoding': encoding,
      'Content-Disposition': `attachment; filename="${name}"`,
    },
    body: encoding === 'base64' ? base64Body(body) : body,
  };
}

async function compressed(
  entity: OutboundEntity,
  encoding: CmsEncoding,
  workspace: Workspace,
): Promise<OutboundEntity> {
  const spool = workspace.spool();
  await deflateInto(wholeEntity(entity).blocks(), spool);
  const deflated = contentBody(spool.finish(), workspace);
  const body = joinBodies(bytesBody(compressedDataPrefix(deflated.length)), deflated);
  return cmsEntity('compressed-data', 'smime.p7z', body, encoding);
}

function encrypted(
  entity: OutboundEntity,
  options: EncryptOptions,
  encoding: CmsEncoding,
  workspace: Workspace,
): OutboundEntity {
  const spool = workspace.spool();
  encryptEnvelope(wholeEntity(entity), options, spool);
  const body = contentBody(spool.finish(), workspace);
  const smimeType = CIPHERS[options.cipher].mode === 'gcm' ? 'authEnveloped-data' : 'enveloped-data';
  return cmsEntity(smimeType, 'smime.p7m', body, encoding);
}

function micsOf(body: Body, digests: readonly Digest[]): Mic[] {
  const distinct = [...new Set(digests)];
  return digestsOf(body, distinct).map((value, i) => ({
    digest: distinct[i]!,
    value: value.toString('base64'),
  }));
}

/** Over the whole payload entity, or over its body alone where no layer protects its headers (RFC 4130 7.3.1). */
function unsignedMics(payload: OutboundEntity, { compress, encrypt, micDigests = [] }: PackOptions): Mic[] {
  const digests = micDigests.length > 0 ? micDigests : UNASKED_DIGESTS;
  if (compress === 'none' && encrypt === undefined) return micsOf(payload.body, digests);
  const mics = micsOf(wholeEntity(payload), digests);
  // Some receivers leave the headers of a compressed payload out (RFC 5402 4.3 counts them in).
  return encrypt === undefined ? [...mics, ...micsOf(payload.body, digests)] : mics;
}
