import * as z from 'zod';
import { channelCommon, fingerprints, remoteFiles } from './channel-common.ts';
import { name, secretName } from './settings.ts';

/** A server of the partner, by FTP or FTPS. */
export const ftpChannel = z.strictObject({
  type: z.literal('ftp'),
  ...channelCommon,
  host: name,
  /** Default 21; 990 for implicit TLS. */
  port: z.int().min(1).max(65_535).optional(),
  /** `explicit` secures the connection by AUTH TLS, `implicit` from its first byte. `none` sends the password as it is. */
  tls: z.enum(['explicit', 'implicit', 'none']).default('explicit'),
  user: name,
  password: secretName,
  /** The partner's own authority (PEM) instead of the public ones. */
  authority: secretName.optional(),
  /** The only certificates that are right; no authority is asked then. Several while the partner renews its own. */
  fingerprints: fingerprints.optional(),
  /** Our certificate and key (PEM), where the server asks for one. */
  clientCertificate: z.strictObject({ certificate: secretName, key: secretName }).optional(),
  /** The server may name another host for data: behind some address translations. */
  allowSeparateTransferHost: z.boolean().default(false),
  /** Of file names, for servers without UTF-8. */
  encoding: z.enum(['utf8', 'latin1']).default('utf8'),
  ...remoteFiles,
  timeouts: z
    .strictObject({
      /** No answer to a command, and no byte of a file, for so long. */
      commandSeconds: z.int().min(1).max(3_600).default(30),
      /** One whole list, upload or pickup. */
      operationSeconds: z.int().min(1).max(86_400).default(900),
    })
    .prefault({}),
  /** A NOOP after so much silence; after ten of them the connection is closed. */
  keepAliveSeconds: z.int().min(1).max(3_600).default(30),
});
