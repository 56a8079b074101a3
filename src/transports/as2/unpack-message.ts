import { createHash } from 'node:crypto';
import type { Workspace } from './bytes/workspace.ts';
import { EXCHANGE_TYPE } from './cem/exchange-message.ts';
import { CIPHERS } from './cms/algorithms.ts';
import { BerError } from './cms/ber.ts';
import { inflateCompressedData } from './cms/compressed-data.ts';
import { looksLikeContentInfo, readContentInfo } from './cms/content-info.ts';
import type { ContentInfo } from './cms/content-info.ts';
import { decryptEnvelope } from './cms/enveloped-data.ts';
import { SecurityFailure } from './cms/security-failure.ts';
import type { Content } from './content.ts';
import type {
  Digest,
  InboundPart,
  Keyring,
  Layer,
  Mic,
  RefusalModifier,
  RefusedMessage,
  UnpackLimits,
  UnpackOptions,
  UnpackedMessage,
} from './message-model.ts';
import { readEntity, rangeBlocks, toEntity } from './mime/entity.ts';
import type { Entity, Range } from './mime/entity.ts';
import { fileNameOf } from './mime/file-name.ts';
import { MimeError } from './mime/mime-error.ts';
import { isBlank, splitMultipart } from './mime/multipart.ts';
import { decodeTransfer } from './mime/transfer-encoding.ts';
import { verifyEntity } from './verify-entity.ts';

const DEFAULT_LIMITS: UnpackLimits = {
  depth: 6,
  parts: 100,
  inflatedBytes: 2 * 1024 ** 3,
  inflateRatio: 1000,
};

/** One text for every failure of a kind: who tries keys, paddings or signatures learns nothing from the answer. */
const TEXTS: Readonly<Record<RefusalModifier, string>> = {
  'authentication-failed':
    'The sender of the message could not be authenticated: its signature is by no certificate agreed upon.',
  'integrity-check-failed': 'The content of the message is not what was signed.',
  'decryption-failed': 'The message could not be decrypted.',
  'decompression-failed': 'The message could not be decompressed.',
  'insufficient-message-security': 'The message is not signed and encrypted as agreed.',
  'unexpected-processing-error': 'The message could not be read: its structure is none of AS2.',
};

const CMS_TYPES: readonly string[] = ['application/pkcs7-mime', 'application/x-pkcs7-mime'];

/** Takes the layers off one message; keeps what it found on the way, for the log and for the outcome. */
export class Unpacking {
  readonly #keyring: Keyring;
  readonly #options: UnpackOptions;
  readonly #limits: UnpackLimits;
  readonly #workspace: Workspace;
  readonly #layers: Layer[] = [];
  #mic: Mic | undefined;

  constructor(keyring: Keyring, options: UnpackOptions, workspace: Workspace) {
    this.#keyring = keyring;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#workspace = workspace;
  }

  async unpack(
    headers: ReadonlyMap<string, string>,
    content: Content,
  ): Promise<UnpackedMessage | RefusedMessage> {
    try {
      const source = this.#workspace.open(content);
      const parts = await this.#takeOff(toEntity(headers, { source, start: 0, end: source.length }));
      return { ok: true, layers: this.#layers, parts, mic: this.#mic! };
    } catch (error) {
      return this.#refused(this.#failureOf(error));
    }
  }

  async #takeOff(outermost: Entity): Promise<InboundPart[]> {
    let entity = outermost;
    for (let depth = 0; ; depth++) {
      if (depth > this.#limits.depth) throw new MimeError(`More than ${this.#limits.depth} layers`);
      const type = entity.type.value;
      if (type === 'multipart/signed') entity = this.#verified(entity);
      else if (this.#isCms(type, entity)) entity = await this.#withoutCms(entity);
      else break;
    }
    this.#checkPolicy();
    this.#mic ??= this.#micOf(entity);
    return this.#partsOf(entity, 0);
  }

  #has(kind: Layer['kind']): boolean {
    return this.#layers.some((layer) => layer.kind === kind);
  }

  /** The content says what it is; its type may be a general one, or wrong. */
  #isCms(type: string, { body }: Entity): boolean {
    return CMS_TYPES.includes(type) || looksLikeContentInfo(body.source, body.start, body.end);
  }

  #verified(entity: Entity): Entity {
    if (this.#has('signed')) throw new MimeError('Signed twice');
    const { content, signature, verifiedOn } = verifyEntity(
      entity,
      this.#keyring,
      this.#options.policy.digests,
      this.#workspace,
      { strictEnd: this.#isUnauthenticatedCbc() },
    );
    const { digest, contentDigest, ...rest } = signature;
    this.#layers.push({ kind: 'signed', digest, verifiedOn, ...rest });
    this.#mic = { digest, value: contentDigest.toString('base64') };
    return readEntity(content);
  }

  async #withoutCms(entity: Entity): Promise<Entity> {
    const body = this.#decodedCms(entity);
    const info = readContentInfo(body.source, body.start, body.end);
    if (this.#isUnauthenticatedCbc() && !isBlank({ ...body, start: info.end() }))
      throw new MimeError('Something follows the CMS content');
    if (info.kind === 'signedData')
      throw new SecurityFailure(
        'authentication-failed',
        'The signature is not detached: it holds the content itself',
      );
    const plain =
      info.kind === 'compressedData' ? await this.#inflated(info, body) : this.#decrypted(info, body);
    const source = this.#workspace.open(plain);
    return readEntity({ source, start: 0, end: source.length });
  }

  /** CMS in binary or in base64; base64 is also known by its look, where the header does not tell. */
  #decodedCms({ headers, body }: Entity): Range {
    const encoding = headers.get('content-transfer-encoding');
    const isBinary = body.end > body.start && body.source.octet(body.start) === 0x30;
    return decodeTransfer(body, isBinary ? 'binary' : (encoding ?? 'base64'), this.#workspace);
  }

  #decrypted(info: ContentInfo, { source }: Range): Content {
    if (this.#has('encrypted')) throw new MimeError('Encrypted twice');
    const { decryption } = this.#keyring;
    try {
      const { plain, ...layer } = decryptEnvelope(
        info,
        source,
        decryption,
        this.#options.policy.ciphers,
        this.#workspace.spool(),
      );
      this.#layers.push({ kind: 'encrypted', ...layer });
      return plain;
    } catch (error) {
      if (error instanceof BerError) throw new SecurityFailure('decryption-failed', error.message);
      throw error;
    }
  }

  async #inflated(info: ContentInfo, { source }: Range): Promise<Content> {
    try {
      if (this.#has('compressed')) throw new BerError('Compressed twice');
      const spool = this.#workspace.spool();
      await inflateCompressedData(info, source, this.#limits, spool);
      this.#layers.push({ kind: 'compressed' });
      return spool.finish();
    } catch (error) {
      if (error instanceof BerError) throw new SecurityFailure('decompression-failed', error.message);
      throw error;
    }
  }

  #checkPolicy(): void {
    const { mustBeSigned, mustBeEncrypted } = this.#options.policy;
    const missing = [
      ...(mustBeSigned && !this.#has('signed') ? ['signed'] : []),
      ...(mustBeEncrypted && !this.#has('encrypted') ? ['encrypted'] : []),
    ];
    if (missing.length > 0)
      throw new SecurityFailure(
        'insufficient-message-security',
        `The message is not ${missing.join(' and not ')}`,
      );
  }

  /** Of a message that nobody signed: over the innermost entity, or over its body alone where HTTP carries it. */
  #micOf({ whole, body }: Entity): Mic {
    const digest: Digest = this.#options.micDigests[0] ?? this.#options.defaultMicDigest ?? 'sha1';
    const hash = createHash(digest);
    for (const block of rangeBlocks(whole ?? body)) hash.update(block);
    return { digest, value: hash.digest('base64') };
  }

  #partsOf(entity: Entity, depth: number): InboundPart[] {
    const { value: type, parameters } = entity.type;
    if (type.startsWith('multipart/')) {
      if (depth > this.#limits.depth) throw new MimeError('Multiparts are nested too deeply');
      const { parts } = splitMultipart(entity.body, parameters.get('boundary') ?? '', this.#limits.parts);
      this.#layers.push({ kind: 'multipart', subtype: type.slice('multipart/'.length), parts: parts.length });
      const entities = parts.map(readEntity);
      // A chain of certificates has the form of a layer; only what exchanges certificates may hold one.
      const mayHoldCertificates = entities.some((inner) => inner.type.value === EXCHANGE_TYPE);
      return entities.flatMap((inner) => this.#innerParts(inner, depth + 1, mayHoldCertificates));
    }
    const body = decodeTransfer(
      entity.body,
      entity.headers.get('content-transfer-encoding'),
      this.#workspace,
    );
    const field = entity.headers.get('content-type');
    const fileName = fileNameOf(entity);
    const contentId = entity.headers.get('content-id');
    return [
      {
        content: body.source.content(body.start, body.end),
        contentType: type === '' ? 'application/octet-stream' : type,
        ...(field === undefined ? {} : { contentTypeField: field }),
        ...(fileName === undefined ? {} : { fileName }),
        ...(contentId === undefined ? {} : { contentId }),
      },
    ];
  }

  /** A layer inside of one part is never handed out as if it were a payload. */
  #innerParts(entity: Entity, depth: number, mayHoldCertificates: boolean): InboundPart[] {
    const type = entity.type.value;
    if (type === 'multipart/signed' || (!mayHoldCertificates && this.#isCms(type, entity)))
      throw new MimeError(`A part of type ${type}`);
    return this.#partsOf(entity, depth);
  }

  /** Decrypted by CBC and covered by no signature yet: what fails now may be a padding that fits by chance. */
  #isUnauthenticatedCbc(): boolean {
    const last = this.#layers.findLast(({ kind }) => kind === 'encrypted' || kind === 'signed');
    return last?.kind === 'encrypted' && CIPHERS[last.cipher].mode === 'cbc';
  }

  #failureOf(error: unknown): SecurityFailure {
    const failure =
      error instanceof MimeError || error instanceof BerError
        ? new SecurityFailure('unexpected-processing-error', error.message)
        : error;
    if (!(failure instanceof SecurityFailure)) throw error;
    const isStructure =
      failure.modifier === 'unexpected-processing-error' || failure.modifier === 'decompression-failed';
    // A wrong structure must look like a wrong padding, or trying would tell one from the other (padding oracle).
    return isStructure && this.#isUnauthenticatedCbc()
      ? new SecurityFailure('decryption-failed', `After decryption: ${failure.message}`)
      : failure;
  }

  #refused({ modifier, message }: SecurityFailure): RefusedMessage {
    const mic = this.#mic;
    return {
      ok: false,
      modifier,
      text: TEXTS[modifier],
      reason: message,
      layers: this.#layers,
      ...(mic === undefined ? {} : { mic }),
    };
  }
}
