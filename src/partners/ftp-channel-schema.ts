import * as z from 'zod';
import { channelCommon, fileName, fingerprints, patterns, remoteFolder } from './channel-common.ts';
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
  inbox: remoteFolder.default(''),
  outbox: remoteFolder.default(''),
  patterns,
  /** Names that are still being written, besides those with a leading dot. */
  temporaryPatterns: z.array(z.string().min(1)).default(['*.tmp', '*.part', '*.filepart']),
  /** A file is ready when its size and time have been the same for so long; not asked where there is a marker. */
  settleSeconds: z.int().min(0).max(86_400).default(5),
  /** A file is ready when this one lies beside it: `{name}.done`. */
  marker: z.string().includes('{name}', { error: 'a name with {name}, such as "{name}.done"' }).optional(),
  /** Where received files are moved; without it they are deleted. */
  doneFolder: remoteFolder.optional(),
  /** Where rejected files are put with the reason; without it they stay on the gateway's machine. */
  errorFolder: remoteFolder.optional(),
  fileName,
  /** Name while a file is being written; `{key}` tells two deliveries of one name apart. */
  temporaryName: z
    .string()
    .includes('{name}', { error: 'a name with {name} and {key}' })
    .includes('{key}', { error: 'a name with {name} and {key}' })
    .default('{name}.{key}.part'),
  /** Whether a file of the same name and other content may be replaced. */
  overwrite: z.boolean().default(false),
  maxFileBytes: z.int().min(1).max(2_000_000_000).default(104_857_600),
  maxFilesPerPoll: z.int().min(1).max(10_000).default(1_000),
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
