import type { Instant } from '../../common/time.ts';
import type { Direction, StoredRecord } from '../records.ts';

/** One header line, unfolded, in the order of the message. */
export type HeaderLine = readonly [name: string, value: string];

/** Headers and the SHA-256 of the body, which the archive holds byte for byte. */
export interface StoredHttpMessage {
  headers: HeaderLine[];
  sha256: string;
  sizeBytes: number;
}

/** A message digest as an MDN tells it: Base64, and the algorithm as `sha-256`. */
export interface MessageDigest {
  algorithm: string;
  value: string;
}

/** The receipt (MDN, RFC 4130 section 7) of a message: ours for what came in, the partner's for what went out. */
export interface As2Receipt extends StoredHttpMessage {
  at: Instant;
  messageId: string;
  /** `processed`, `processed/error: decryption-failed` … */
  disposition: string;
  /** Whether it says that the receiver has taken the message over. */
  positive: boolean;
  signed: boolean;
  /** SHA-256 fingerprint of the certificate that its signature belongs to; '' when it has none. */
  signerFingerprint: string;
  mic?: MessageDigest;
  /** The words of the receipt for people. */
  text: string;
  /** One of ours: its body, which is ASCII. That of a partner's lies in the archive, as ours did in earlier versions. */
  body?: string;
  /** What was unusual about it, but tolerated. */
  warnings: string[];
}

/**
 * One AS2 message with everything that proves it: the request's bytes, the MIC, the receipt's bytes, the certificates
 * (by fingerprint; their PEM texts lie in the archive). Kept for good.
 */
export interface As2MessageRecord extends StoredRecord {
  direction: Direction;
  partnerId: string;
  channel: string;
  /** As on the wire, with its angle brackets. */
  messageId: string;
  as2From: string;
  as2To: string;
  createdAt: Instant;
  /**
   * Inbound: `received`, or `refused` (with the reason in our receipt). Outbound: `packed` (its bytes are fixed, nothing is
   * known to have arrived), `awaitingReceipt`, `acknowledged`, `refused` (the partner's receipt says so, or cannot be
   * trusted), `unanswered` (no receipt in time).
   */
  status: 'received' | 'refused' | 'packed' | 'awaitingReceipt' | 'acknowledged' | 'unanswered';
  /** The first file of the message, or the one that it was sent from; '' for a message without one. */
  fileId: string;
  /** All of its business documents, in the order of the message. */
  fileIds: string[];
  /** Outbound: the idempotency key of the sending. '' inbound. */
  key: string;
  request: StoredHttpMessage;
  /** Outermost first: `encrypted aes-256-cbc`, `signed sha-256`, `compressed`. */
  layers: string[];
  mics: MessageDigest[];
  receiptMode: 'none' | 'sync' | 'async';
  receipt?: As2Receipt;
  /** Every certificate that took part: what for, and where its PEM text lies in the archive. */
  certificates: { use: string; fingerprint: string; sha256: string }[];
  /** Receipts after the first, and anything else that a person should know of, newest last, at most 20. */
  notes: { at: Instant; text: string }[];
  /** Attempts to send it (outbound) or its receipt (inbound, asynchronous), newest last, at most 20. */
  attempts: { at: Instant; outcome: string }[];
  /** All attempts ever. */
  attemptCount: number;
  /** Instant when the receipt that we wait for is overdue; '' when we wait for none. */
  receiptDueAt: string;
  /** Inbound, asynchronous: where our receipt goes. '' otherwise. */
  receiptUrl: string;
  /** The message that this one takes the place of: sent anew under a new Message-ID. */
  replaces?: string;
  /** How often the same message came again (inbound). */
  repeats: number;
  /** Why it was refused or stays unanswered, with all detail: for us, never for the wire. */
  trouble?: string;
}
