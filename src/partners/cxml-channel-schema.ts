import * as z from 'zod';
import { channelCommon } from './channel-common.ts';
import { secretName } from './settings.ts';

/**
 * cXML over HTTP, both ways: our orders are POSTed to the partner's address, its documents come to ours, `/cxml`. Each side shows
 * a shared secret in the document's header.
 */
export const cxmlChannel = z
  .strictObject({
    type: z.literal('cxml'),
    ...channelCommon,
    /** Where our documents are POSTed. */
    url: z
      .url({ protocol: /^https?$/, error: 'an address such as "https://orders.acme.example/cxml"' })
      .optional(),
    /** What we show the partner. */
    sharedSecret: secretName.optional(),
    /** What the partner shows us; several while it changes. Without any, nothing is taken from it. */
    acceptSecrets: z.array(secretName).max(5).default([]),
    maxFileBytes: z.int().min(1).max(100_000_000).default(26_214_400),
    /** Allow `http:`: document and secret can be read and changed on the way. */
    allowHttp: z.boolean().default(false),
    timeoutSeconds: z.int().min(1).max(600).default(60),
  })
  .refine(({ send, url, sharedSecret }) => !send || (url !== undefined && sharedSecret !== undefined), {
    path: ['url'],
    error:
      'url and sharedSecret are needed to send; say "send: false" where nothing goes out by this channel',
  });
