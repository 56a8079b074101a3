import * as z from 'zod';
import { channelCommon, patterns } from './channel-common.ts';
import { name, secretName } from './settings.ts';

const mailFolder = z
  .string()
  .regex(/^[^\u0000-\u001f\u007f*%]{1,200}$/, 'a mail folder such as "INBOX" or "EDI/Done"');

/** Attachments out of a mailbox, by IMAP over TLS. Nothing is sent over it. */
export const mailChannel = z.strictObject({
  type: z.literal('mail'),
  ...channelCommon,
  send: z.literal(false).default(false),
  pollSeconds: z.number().min(5).max(86_400).default(60),
  host: name,
  port: z.int().min(1).max(65_535).default(993),
  user: name,
  password: secretName,
  /** The mail server's own authority (PEM) instead of the public ones. */
  authority: secretName.optional(),
  /** Everything in it is taken or refused: a mailbox, or a folder, of its own. */
  folder: mailFolder.default('INBOX'),
  /** Where messages are moved that were taken, and that were refused; made where they are missing. */
  doneFolder: mailFolder.default('Done'),
  refusedFolder: mailFolder.default('Refused'),
  /** Who may send: `edi@acme.example`, or everybody of a domain: `@acme.example`. */
  senders: z
    .array(z.string().regex(/^[^\s@]*@[^\s@]+$/, 'an address, or "@" and a domain'))
    .min(1)
    .transform((list) => list.map((entry) => entry.toLowerCase())),
  /**
   * A sender can be forged. With the name of our mail server, as its Authentication-Results headers begin, messages are taken
   * only where that server says `dmarc=pass`.
   */
  authenticatedBy: z
    .string()
    .regex(/^[\w.-]+$/, 'the name of a mail server, such as "mx.example.com"')
    .optional(),
  patterns,
  maxMessageBytes: z.int().min(1_000).max(104_857_600).default(26_214_400),
  maxMessagesPerPoll: z.int().min(1).max(1_000).default(100),
  timeouts: z
    .strictObject({
      connectSeconds: z.int().min(1).max(3_600).default(30),
      /** Nothing was answered for so long. */
      answerSeconds: z.int().min(1).max(3_600).default(60),
    })
    .prefault({}),
});
