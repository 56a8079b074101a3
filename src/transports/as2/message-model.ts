import type { KeyObject } from 'node:crypto';
import type { Instant } from '../../common/time.ts';
import type { Certificate } from './certificate.ts';
import type { Cipher, Digest, KeyTransport, SignatureScheme } from './cms/algorithm-names.ts';
import type { Content } from './content.ts';
import type { Trust, UnusableCertificate } from './trust/trust-model.ts';

export type { Cipher, Digest, KeyTransport, SignatureScheme };

export type TransferEncoding = 'binary' | '8bit' | '7bit' | 'base64';

/** MIME header fields of an entity: names as written, values unfolded. No field occurs twice. */
export type ContentHeaders = Readonly<Record<string, string>>;

/** Received-content-MIC (RFC 4130 7.4.3): hash of what was sent or received. */
export interface Mic {
  digest: Digest;
  /** base64. */
  value: string;
}

export interface OutboundPart {
  content: Content;
  /** `application/edifact`, with parameters if there are any. */
  contentType: string;
  /** Becomes Content-Disposition: attachment; ASCII quoted, other names by RFC 2231. */
  fileName?: string;
  /** `none` writes no Content-Transfer-Encoding; the bytes then go as they are. Default `binary`. */
  transferEncoding?: TransferEncoding | 'none';
}

export interface SignOptions {
  key: KeyObject;
  certificate: Certificate;
  digest: Digest;
  scheme: SignatureScheme;
  /** signingTime attribute. */
  at: Instant;
  /** Issuers that travel with the certificate where `include` is `chain`. */
  chain?: readonly Certificate[];
  /** Which certificates the SignedData holds. Default `signer`. */
  include?: 'signer' | 'chain' | 'none';
  /** False signs the content itself, without attributes (asked for by some old receivers). Default true. */
  signedAttributes?: boolean;
  /** `sha-256` (RFC 5751) or `sha256` (RFC 3851) in the micalg parameter. Default rfc5751. */
  micalgSpelling?: 'rfc5751' | 'rfc3851';
}

export interface EncryptOptions {
  /** The partner's certificate first; further ones (ourselves, escrow) can read the message too. RSA only. */
  recipients: readonly Certificate[];
  cipher: Cipher;
  keyTransport: KeyTransport;
}

export interface PackOptions {
  /** `before` and `after` the signature; never outside of the encryption. */
  compress: 'none' | 'before' | 'after';
  sign?: SignOptions;
  encrypt?: EncryptOptions;
  /** Content-Transfer-Encoding of the CMS layers. Default binary. */
  cmsTransferEncoding?: 'binary' | 'base64';
  /** MIC algorithms that the Disposition-Notification-Options ask for, most wanted first: a MIC is kept for each. */
  micDigests?: readonly Digest[];
  /** Folder for what is larger than 1 MB: made when needed (0700), removed by the caller when the message is done with. */
  folder: string;
}

export interface PackedMessage {
  /** Content-Type, and Content-Transfer-Encoding and Content-Disposition where they apply: HTTP headers of the request. */
  headers: ContentHeaders;
  body: Content;
  /** The MIC of the message (RFC 4130 7.3.1, RFC 5402 4), by the signature's hash or the first one asked for. */
  mic: Mic;
  /** Every MIC that a receipt may come back with, `mic` first: other asked-for hashes, known ways to compute it otherwise. */
  acceptedMics: readonly Mic[];
}

export interface DecryptionKey {
  key: KeyObject;
  certificate: Certificate;
}

/** Whose signatures count. */
export interface Verifiers {
  /** The partner's certificates that a signature may come from. */
  verification: readonly Certificate[];
  /** Certificates of his that do not count, with why: for our log. */
  unusable?: readonly UnusableCertificate[];
  /** By what a certificate that comes with a message counts too; undefined: never. */
  trust?: Trust;
}

export interface Keyring extends Verifiers {
  /** Our own keys that are still good for decryption; the one that a recipient id names is used, never tried by turns. */
  decryption: readonly DecryptionKey[];
}

export interface UnpackLimits {
  /** Nested layers and multiparts. Default 6. */
  depth: number;
  /** Parts of one multipart. Default 100. */
  parts: number;
  /** Bytes of a decompressed content. Default 2 GiB. */
  inflatedBytes: number;
  /** How many times its own size a compressed content may grow to, beyond 1 MB. Default 1000. */
  inflateRatio: number;
}

/** What the agreement with the partner asks of every message. Nothing is delivered that falls short of it. */
export interface SecurityPolicy {
  mustBeSigned: boolean;
  mustBeEncrypted: boolean;
  digests: readonly Digest[];
  ciphers: readonly Cipher[];
}

export interface UnpackOptions {
  policy: SecurityPolicy;
  /** MIC algorithms of the request's Disposition-Notification-Options that we know, in their order. */
  micDigests: readonly Digest[];
  /** For an unsigned message whose sender asked for no algorithm. Default sha1 (AS2-Version 1.0–1.2). */
  defaultMicDigest?: Digest;
  limits?: Partial<UnpackLimits>;
  /** Folder for what is larger than 1 MB: made when needed (0700), removed by the caller when the message is done with. */
  folder: string;
}

export type Layer =
  | { kind: 'encrypted'; cipher: Cipher; keyTransport: KeyTransport; recipient: Certificate }
  | {
      kind: 'signed';
      digest: Digest;
      scheme: SignatureScheme;
      signer: Certificate;
      /** Authorities above a signer whom the settings do not have, the trusted one last. */
      authorities?: readonly Certificate[];
      /** `canonical`: the signature verified only after bare line feeds were made CRLF. */
      verifiedOn: 'exact' | 'canonical';
      /** signingTime attribute, as the signer claims it. */
      signedAt?: Instant;
    }
  | { kind: 'compressed' }
  | { kind: 'multipart'; subtype: string; parts: number };

export interface InboundPart {
  content: Content;
  /** Lower-case type/subtype; `application/octet-stream` where there is none. */
  contentType: string;
  /** Content-Type as received, with its parameters. */
  contentTypeField?: string;
  /** Name as received, decoded: not yet safe as a file name. */
  fileName?: string;
  /** As received, with its angle brackets. */
  contentId?: string;
}

/** The modifiers of `processed/error` that the security of a message can lead to (RFC 4130 7.5, rfc4130bis). */
export type RefusalModifier =
  | 'authentication-failed'
  | 'integrity-check-failed'
  | 'decryption-failed'
  | 'decompression-failed'
  | 'insufficient-message-security'
  | 'unexpected-processing-error';

/** Outermost layer first. */
export interface UnpackedMessage {
  ok: true;
  layers: readonly Layer[];
  /** In their order. */
  parts: readonly InboundPart[];
  mic: Mic;
}

export interface RefusedMessage {
  ok: false;
  modifier: RefusalModifier;
  /** For the MDN: the same for every failure of one modifier, so that nothing can be learned by trying. */
  text: string;
  /** What exactly was wrong: for our log and our evidence, never for the partner. */
  reason: string;
  /** What was taken off before the refusal. */
  layers: readonly Layer[];
  /** Where it can be computed and the signature was good. */
  mic?: Mic;
}

export interface MdnSignature {
  digest: Digest;
  signer: Certificate;
}

export interface ReadMdn {
  /** `unsigned`, `valid`, or why the signature does not hold (for our log). */
  signature:
    { state: 'unsigned' } | ({ state: 'valid' } & MdnSignature) | { state: 'invalid'; reason: string };
  /** The parts of the report, decoded: text/plain, message/disposition-notification, …; empty where there is no report. */
  parts: readonly { contentType: string; body: Uint8Array }[];
}
