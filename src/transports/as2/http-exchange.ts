import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import type { Content } from './content.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

export interface InboundRequest {
  /** Without Authorization: they are kept with the message. */
  headers: readonly HeaderLine[];
  /** Everything that was sent, complete. */
  body: Content;
  remoteAddress: string;
  /** `performance.now()` when the request began. */
  startedMs: number;
  /** The Authorization header. */
  authorization?: string;
  /** SHA-256 of the TLS client certificate, where the sender has shown one. */
  clientFingerprint?: string;
  /** For what unpacking needs on disk; the caller removes it. */
  folder: TemporaryFolder;
}

/** What goes back over the same connection. */
export interface As2Answer {
  status: number;
  headers: readonly HeaderLine[];
  body: Uint8Array;
}

/** Answers by status alone, with a sentence for whoever looks into it. Nothing of us or of the agreement is told. */
export function plainAnswer(status: number, text = ''): As2Answer {
  return {
    status,
    headers: text === '' ? [] : [['Content-Type', 'text/plain; charset=utf-8']],
    body: Buffer.from(text === '' ? '' : `${text}\n`),
  };
}
