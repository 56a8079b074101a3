import PostalMime from 'postal-mime';
import type { Attachment, Email } from 'postal-mime';
import { createMatcher, toSafeName } from '../file-name.ts';

export interface MessageRules {
  /** Lower case: addresses, and domains with a leading `@`. */
  senders: readonly string[];
  authenticatedBy?: string | undefined;
  patterns: readonly string[];
}

export interface MailFile {
  name: string;
  bytes: Uint8Array;
}

/** The files of a message, or why it is refused. */
export type ReadMessage =
  | { ok: true; files: MailFile[] }
  /** `stranger`: nothing shows that the partner has written it; such mail comes to every address. */
  | { ok: false; reason: string; stranger: boolean };

const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 262_144, attachmentEncoding: 'arraybuffer' } as const;

/** Reads one message (RFC 5322, MIME). Never throws on what a sender writes. */
export async function readMessage(source: Uint8Array, rules: MessageRules): Promise<ReadMessage> {
  let email: Email;
  try {
    email = await PostalMime.parse(source, { ...LIMITS, forceRfc822Attachments: true });
  } catch (error) {
    return refuse(`The message cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (email.headers.filter(({ key }) => key === 'from').length > 1)
    return refuseStranger('It names more than one sender.');
  const from = email.from?.address?.toLowerCase() ?? '';
  if (!rules.senders.some((sender) => (sender.startsWith('@') ? from.endsWith(sender) : from === sender))) {
    return refuseStranger(
      `It comes from ${from === '' ? 'nobody' : from}, who may not send over this channel.`,
    );
  }
  const { authenticatedBy } = rules;
  if (authenticatedBy !== undefined && !isAuthentic(email, from, authenticatedBy)) {
    return refuseStranger(
      `${authenticatedBy} does not say that it comes from ${from}: there is no dmarc=pass in its Authentication-Results.`,
    );
  }
  const isWanted = createMatcher(rules.patterns);
  const files = filesOf(email).filter(({ name }) => isWanted(name));
  if (files.length > 0) return { ok: true, files };
  return refuse(`It has no attachment whose name matches ${rules.patterns.join(', ')}.`);
}

function filesOf(email: Email): MailFile[] {
  return email.attachments
    .filter((attachment) => !isPicture(attachment, email.html ?? ''))
    .map(({ filename, content }, index) => ({
      name: toSafeName(filename ?? `attachment-${index + 1}`),
      bytes: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content),
    }));
}

/** What the text shows in itself is no file. */
function isPicture({ related, contentId, disposition }: Attachment, html: string): boolean {
  if (related === true) return true;
  const id = contentId?.replace(/^<(.*)>$/, '$1');
  return id !== undefined && disposition !== 'attachment' && html.includes(`cid:${id}`);
}

/**
 * The newest result of our own server (RFC 8601): it stands first, and that server takes forged ones with its name out. What it
 * repeats of the sender's own words, in quotes and in comments, says nothing.
 */
function isAuthentic({ headers }: Email, from: string, server: string): boolean {
  const results = headers
    .filter(({ key }) => key === 'authentication-results')
    .map(({ value }) => value.trim().toLowerCase());
  const ours = results.find((value) => value.split(/[\s;]/)[0] === server.toLowerCase());
  const statements = withoutSendersWords(ours ?? '').split(';');
  const verdicts = statements.flatMap((statement) => {
    const verdict = /^\s*dmarc(?:\s*\/\s*\d+)?\s*=\s*(\w+)/.exec(statement)?.[1];
    const domain = /\sheader\.from\s*=\s*(?:[^\s@]*@)?([^\s@]+)/.exec(statement)?.[1];
    return verdict === undefined ? [] : [{ verdict, domain }];
  });
  return (
    verdicts.length > 0 &&
    verdicts.every(
      ({ verdict, domain }) => verdict === 'pass' && (domain === undefined || from.endsWith(`@${domain}`)),
    )
  );
}

/** Without quoted strings and comments; '' where one does not end. */
function withoutSendersWords(text: string): string {
  let plain = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '\\') at += 1;
    else if (quoted) quoted = character !== '"';
    else if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (depth > 0) continue;
    else if (character === '"') quoted = true;
    else plain += character;
  }
  return quoted || depth > 0 ? '' : plain;
}

function refuse(reason: string): ReadMessage {
  return { ok: false, reason, stranger: false };
}

function refuseStranger(reason: string): ReadMessage {
  return { ok: false, reason, stranger: true };
}
