import * as z from 'zod';
import { name } from './settings.ts';

/** A folder relative to the gateway's data root; no way out of it. */
const folder = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w./-]+$/, 'a relative folder such as "inbox/hansa-werkzeuge"');

const common = {
  /** Tells several channels of one partner apart, in lists and logs. */
  name: name.default('main'),
  enabled: z.boolean().default(true),
};

/** Files in a folder: the partner's files are taken from `inbox`, ours are put into `outbox`. */
const folderChannel = z.strictObject({
  type: z.literal('folder'),
  ...common,
  inbox: folder.optional(),
  outbox: folder.optional(),
  /** Only file names that match are taken: `*.edi`. */
  pattern: z.string().min(1).default('*'),
  /** Name of what we write; `{document}`, `{id}`, `{control}` and `{extension}` are filled in. */
  fileName: z.string().min(1).default('{document}-{id}-{control}.{extension}'),
});

/** Every way in and out. A further transport is one more member, told apart by `type`. */
export const channelSchema = z.discriminatedUnion('type', [folderChannel]);

export type ChannelSettings = z.infer<typeof channelSchema>;
