import * as z from 'zod';
import { channelCommon } from './channel-common.ts';
import { secretName } from './settings.ts';

/** Where the partner wants to be told; every call is signed. */
const webhook = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'an address such as "https://edi.acme.example/tradelane"' }),
  /** What signs the calls, as the Standard Webhooks specification has it: `whsec_` and Base64, or any text. */
  secret: secretName,
  /** Allow `http:`: what is sent can be read and changed on the way. */
  allowHttp: z.boolean().default(false),
  /** Allow addresses of private networks and of this machine. */
  allowPrivateAddresses: z.boolean().default(false),
  timeoutSeconds: z.int().min(1).max(120).default(10),
});

/** The HTTP API: the partner's program posts its documents to us and fetches ours. */
export const httpChannel = z.strictObject({
  type: z.literal('http'),
  ...channelCommon,
  maxFileBytes: z.int().min(1).max(100_000_000).default(26_214_400),
  /** Of one token. */
  callsPerMinute: z.int().min(1).max(100_000).default(600),
  /** What the partner has not fetched after so many hours becomes an exception. */
  fetchWithinHours: z.int().min(1).max(8_760).default(24),
  webhook: webhook.optional(),
});
