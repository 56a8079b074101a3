import type { Instant } from '../../common/time.ts';
import type { Direction, StoredRecord } from '../records.ts';

/** `tlsServer`, `tlsClient`: what the one who proposes it shows in TLS. */
export type ProposedUse = 'sign' | 'encrypt' | 'tlsServer' | 'tlsClient';

/** What a proposed certificate says of itself. */
export interface ProposedCertificate {
  subject: string;
  issuer: string;
  /** Hexadecimal. */
  serialNumber: string;
  /** SHA-256, hexadecimal with colons. */
  fingerprint: string;
  validFrom: Instant;
  validTo: Instant;
  keyType: string;
  /** 0 where the type has no sizes. */
  keyBits: number;
  weaknesses: readonly string[];
}

/** A certificate that one side proposes to the other by a message (AS2: Certificate Exchange Messaging), and what was decided. */
export interface CertificateProposalRecord extends StoredRecord {
  /** Inbound: theirs, proposed to us. Outbound: ours, proposed to them. */
  direction: Direction;
  partnerId: string;
  channel: string;
  /** Of all certificates of one request; they are answered together. */
  requestKey: string;
  /** As the request says. */
  requestId: string;
  createdAt: Instant;
  /** `expired`: its answer was due and nobody had decided; it may still be decided. `withdrawn`: accepted, and counts no longer. */
  status: 'open' | 'accepted' | 'rejected' | 'expired' | 'withdrawn';
  uses: ProposedUse[];
  certificate: ProposedCertificate;
  /** PEM text; authorities that came with it behind. */
  pem: string;
  /** SHA-256 fingerprint of the certificate that the request was signed by; '' outbound. */
  signedBy: string;
  /** A certificate of the partner's that is in force has the same subject. */
  sameSubject: boolean;
  /** When the answer is due; '' for never. */
  respondBy: string;
  /** Inbound: where the request wants its answer. '' outbound. */
  responseUrl: string;
  /** Inbound: the message that brought it. '' outbound. */
  as2MessageId: string;
  /** The outbound file that holds our request, or our answer; '' before there is one. */
  fileId: string;
  decidedAt?: Instant;
  /** `system`, a person, or the partner's AS2 identifier. */
  decidedBy?: string;
  reason?: string;
  /** Inbound, accepted: used for what we send from then on. */
  activeFrom?: Instant;
}
