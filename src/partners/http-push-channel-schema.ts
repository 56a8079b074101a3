import * as z from 'zod';
import { channelCommon } from './channel-common.ts';
import { secretName } from './settings.ts';

/** Each of our files is POSTed to an address of the partner; nothing comes in by it. */
export const httpPushChannel = z.strictObject({
  type: z.literal('httpPush'),
  ...channelCommon,
  receive: z.literal(false).default(false),
  url: z.url({ protocol: /^https?$/, error: 'an address such as "https://edi.acme.example/inbound"' }),
  /** Sent as `Authorization: Bearer …`. */
  token: secretName.optional(),
  contentType: z
    .string()
    .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)*$/, 'a media type such as "application/edi-x12"')
    .default('application/octet-stream'),
  /** Allow `http:`: file and token can be read and changed on the way. */
  allowHttp: z.boolean().default(false),
  timeoutSeconds: z.int().min(1).max(600).default(60),
});
