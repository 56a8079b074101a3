import * as z from 'zod';
import { name } from './settings.ts';

/** What every channel has, whatever its type. */
export const channelCommon = {
  /** Tells several channels of one partner apart, in lists and logs. */
  name: name.default('main'),
  enabled: z.boolean().default(true),
};

/** Name of what we write; `{document}`, `{id}`, `{control}` and `{extension}` are filled in. */
export const fileName = z.string().min(1).default('{document}-{id}-{control}.{extension}');

/** Only file names that match one of them are taken: `*.edi`. */
export const patterns = z.array(z.string().min(1)).min(1).default(['*']);

/** SHA-256 fingerprints of certificates, as `channel test` and `openssl x509 -fingerprint -sha256` show them. */
export const fingerprints = z
  .array(
    z
      .string()
      .regex(/^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/, 'a SHA-256 fingerprint such as "AB:CD:…" (32 bytes)')
      .transform((text) => text.toUpperCase()),
  )
  .min(1);

/** A folder on the partner's server: from its root, or from the folder after login. No line break: it would be a command. */
export const remoteFolder = z
  .string()
  .max(1_000)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'a folder such as "/out" or "out/orders"')
  .transform((text) => (text.length > 1 ? text.replace(/\/+$/, '') : text));
