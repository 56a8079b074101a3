import type { Instant } from '../../common/time.ts';
import type { FileContent } from './file-content.ts';

/** A file picked up from a partner's channel, before anything is decided about it. */
export interface InboundFile {
  name: string;
  bytes: FileContent;
  /** Tells this pickup from others of the same name: path, mtime and size. */
  sourceKey: string;
}

export interface OutboundFile {
  name: string;
  bytes: FileContent;
  /** Idempotency key: a retry carries the same key and the same bytes. */
  key: string;
  /** True where it only acknowledges what the partner has sent: some transports keep these apart. */
  acknowledgment?: boolean;
  /** The bytes are the body of a MIME entity, for a channel that writes such (AS2): it is sent as it is. */
  entity?: MimeEntity;
}

export interface MimeEntity {
  /** Content-Type with its parameters. */
  contentType: string;
  /** Where the partner wants it instead of the channel's address, if the channel's settings allow that. */
  url?: string;
}

/** Proof that the receiver's side has the whole file. */
export interface DeliveryReceipt {
  at: Instant;
  /** Where it lies, in the channel's words: `outbox/acme/850-000000001.edi`, an MDN's message id. */
  reference: string;
  /** True where the receiver has the bytes but owes a receipt for them (asynchronous MDN): the channel reports it later. */
  receiptAwaited?: boolean;
}

/** One step of a connection test, told as soon as it has ended. */
export interface ChannelTestStep {
  /** `dns`, `tcp`, `host-key`, `tls`, `login`, `list`, `write`, `rename`, `delete` … */
  name: string;
  ok: boolean;
  /** What was seen, or what is wrong and how to mend it. No secrets. */
  text: string;
  durationMs: number;
}

export interface PollReport {
  /** Files handed over. */
  received: number;
  /** Files left for the next poll: still growing, or beyond what one poll takes. */
  waiting: number;
  /** Files that never were handed over. */
  refused: RefusedFile[];
}

/** A file that lies in `error/` beside its reason. */
export interface RefusedFile {
  name: string;
  reason: string;
}

/**
 * One partner's channel. `poll` hands every complete file to `receive` and takes it off the partner's side only after
 * `receive` has resolved (it is durable then). A crash in between hands the same sourceKey over again: receive absorbs it.
 * What it refuses is added to `refused` at once: it has been put aside also where the poll fails later.
 * Every method throws GatewayError TRANSPORT_*.
 */
export interface Channel {
  readonly partnerId: string;
  readonly kind: string;
  /** Name of the channel among the partner's channels. */
  readonly name: string;
  poll(receive: (file: InboundFile) => Promise<void>, refused?: RefusedFile[]): Promise<PollReport>;
  send(file: OutboundFile): Promise<DeliveryReceipt>;
  /** Puts a rejected file, with the reason as text, where the partner or an operator finds it (`error/`). */
  reject(file: { name: string; bytes: FileContent; reason: string }): Promise<void>;
  /** Tries everything that poll and send need, step by step; leaves nothing behind. Ends after the first step that failed. */
  test(): AsyncIterable<ChannelTestStep>;
  close(): Promise<void>;
}

/** What a channel has done in one direction since the process started. */
export interface ChannelTraffic {
  files: number;
  bytes: number;
  /** Polls or deliveries that were tried, and the time they took. */
  calls: number;
  totalMs: number;
  failures: number;
  lastSuccessAt?: Instant;
  lastFailureAt?: Instant;
  lastError?: string;
}

export interface ChannelReport {
  inbound: ChannelTraffic;
  outbound: ChannelTraffic;
  /** Files that the channel put aside without handing them over, and files that we rejected. */
  refused: number;
  rejected: number;
  /** Deliveries under way, and those that wait for one of them to end. */
  sending: number;
  waiting: number;
  /** `open` after failures in a row: nothing is tried until `retryAt`; then one delivery tries (`halfOpen`). */
  circuit: 'closed' | 'open' | 'halfOpen';
  retryAt?: Instant;
}
