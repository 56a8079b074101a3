import { BSON } from 'mongodb';

/** The header of a message: length, request id, response to, operation; then, in an OP_MSG, flags and one kind of section. */
const HEADER_BYTES = 16;
const BODY_AT = HEADER_BYTES + 4 + 1;
const OP_MSG = 2013;
const IN_TRANSACTION = Buffer.from('autocommit\0');
/** Far from the ids that a driver counts up. */
const FIRST_REQUEST_ID = 0x4000_0000;

/** Cuts a stream into the messages of the wire protocol of MongoDB. */
export class MessageSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that are complete now. */
  push(bytes: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const messages: Buffer[] = [];
    while (this.#rest.length >= HEADER_BYTES) {
      const length = this.#rest.readInt32LE(0);
      if (this.#rest.length < length) break;
      messages.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
    return messages;
  }
}

export interface UndoRequest {
  requestId: number;
  lsid: BSON.Document;
  txnNumber: BSON.Long;
}

/** Transactions that were begun and not yet ended, each with the line on which it was heard of last. */
export class OpenTransactions<Line> {
  readonly #open = new Map<string, { lsid: BSON.Document; txnNumber: BSON.Long; line: Line }>();
  #nextRequestId = FIRST_REQUEST_ID;

  see(message: Buffer, line: Line): void {
    if (message.readInt32LE(12) !== OP_MSG || !message.includes(IN_TRANSACTION)) return;
    const length = message.readInt32LE(BODY_AT);
    const body = BSON.deserialize(message.subarray(BODY_AT, BODY_AT + length), { promoteValues: false });
    const lsid = body['lsid'] as BSON.Document | undefined;
    if (lsid === undefined) return;
    const key = BSON.EJSON.stringify(lsid);
    if ('commitTransaction' in body || 'abortTransaction' in body) this.#open.delete(key);
    else this.#open.set(key, { lsid, txnNumber: body['txnNumber'] as BSON.Long, line });
  }

  /** What has to be undone because its line has ended. */
  endOf(line: Line): UndoRequest[] {
    const left: UndoRequest[] = [];
    for (const [key, { lsid, txnNumber, line: last }] of this.#open) {
      if (last !== line) continue;
      this.#open.delete(key);
      left.push({ requestId: this.#nextRequestId, lsid, txnNumber });
      this.#nextRequestId += 1;
    }
    return left;
  }
}

/** The message that aborts a transaction. */
export function requestOf({ requestId, lsid, txnNumber }: UndoRequest): Buffer {
  const body = BSON.serialize({ abortTransaction: 1, lsid, txnNumber, autocommit: false, $db: 'admin' });
  const head = Buffer.alloc(BODY_AT);
  head.writeInt32LE(BODY_AT + body.length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}

export function responseTo(message: Buffer): number {
  return message.readInt32LE(8);
}
