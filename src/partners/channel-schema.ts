import * as z from 'zod';
import { as2Channel } from './as2-schema.ts';
import { channelCommon } from './channel-common.ts';
import { cxmlChannel } from './cxml-channel-schema.ts';
import { ftpChannel } from './ftp-channel-schema.ts';
import { httpChannel } from './http-channel-schema.ts';
import { httpPushChannel } from './http-push-channel-schema.ts';
import { mailChannel } from './mail-channel-schema.ts';
import { sftpChannel, sftpMailboxChannel } from './sftp-channel-schema.ts';

/** A folder relative to the gateway's data root; no way out of it. */
const folder = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w./-]+$/, 'a relative folder such as "inbox/hansa-werkzeuge"');

/** Files in a folder: the partner's files are taken from `inbox`, ours are put into `outbox`. */
const folderChannel = z.strictObject({
  type: z.literal('folder'),
  ...channelCommon,
  inbox: folder.optional(),
  outbox: folder.optional(),
  /** Only file names that match are taken: `*.edi`. */
  pattern: z.string().min(1).default('*'),
  maxFileBytes: z.int().min(1).max(2_000_000_000).default(104_857_600),
});

/** Every way in and out. A further transport is one more member, told apart by `type`. */
export const channelSchema = z.discriminatedUnion('type', [
  folderChannel,
  as2Channel,
  cxmlChannel,
  ftpChannel,
  httpChannel,
  httpPushChannel,
  mailChannel,
  sftpChannel,
  sftpMailboxChannel,
]);

export type ChannelSettings = z.infer<typeof channelSchema>;
