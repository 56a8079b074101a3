import * as z from 'zod';
import { channelCommon, patterns, remoteFiles } from './channel-common.ts';
import { isPublicKey } from './public-key.ts';
import { name, secretName } from './settings.ts';

const algorithms = z
  .array(z.string().regex(/^[\w.@-]+$/, 'the name of an SSH algorithm'))
  .min(1)
  .optional();

/** A server of the partner, by SFTP. */
export const sftpChannel = z
  .strictObject({
    type: z.literal('sftp'),
    ...channelCommon,
    /** Files that are sent at the same time, over one connection. */
    concurrency: z.int().min(1).max(64).default(8),
    host: name,
    port: z.int().min(1).max(65_535).default(22),
    user: name,
    password: secretName.optional(),
    /** Our private key, as OpenSSH, PEM or PuTTY writes it. */
    privateKey: secretName.optional(),
    passphrase: secretName.optional(),
    /**
     * The only host keys that are right, as `ssh-keyscan HOST | ssh-keygen -lf -` shows them; several while the partner
     * changes its key.
     */
    hostKeys: z
      .array(
        z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'a fingerprint such as "SHA256:…" (43 characters)'),
      )
      .min(1),
    /** Algorithms to offer instead of the modern ones, best first; rarely needed. */
    algorithms: z
      .strictObject({ kex: algorithms, cipher: algorithms, serverHostKey: algorithms, hmac: algorithms })
      .prefault({}),
    /** Offers SHA-1, CBC and ssh-rsa besides, for a server that has nothing better. */
    legacyAlgorithms: z.boolean().default(false),
    ...remoteFiles,
    /** Permissions of what we write: `"0640"`; the server's own default where it is left out. */
    mode: z
      .string()
      .regex(/^0?[0-7]{3}$/, 'permissions such as "0640", in quotes')
      .optional(),
    transfer: z
      .strictObject({
        /** Size of one request; left out, what the server says it takes, and 32 KB where it says nothing. */
        chunkBytes: z.int().min(1_024).max(262_144).optional(),
        /** Requests under way for one file; 1 for servers that garble files otherwise. */
        parallelRequests: z.int().min(1).max(256).default(64),
        /** Files fetched at the same time. */
        parallelFiles: z.int().min(1).max(64).default(8),
      })
      .prefault({}),
    timeouts: z
      .strictObject({
        /** Connection, key exchange and login together. */
        connectSeconds: z.int().min(1).max(3_600).default(30),
        /** Something was asked, and nothing at all was answered for so long. */
        answerSeconds: z.int().min(1).max(3_600).default(30),
      })
      .prefault({}),
    /** A question after so much silence; three without an answer end the connection. */
    keepAliveSeconds: z.int().min(1).max(3_600).default(10),
    /** A connection that nobody has used for so long is closed. */
    idleSeconds: z.int().min(1).max(86_400).default(120),
  })
  .refine(({ password, privateKey }) => password !== undefined || privateKey !== undefined, {
    error: 'password or privateKey (each { secret: NAME }) is needed',
    path: ['password'],
  });

/** A mailbox of the partner on our own SFTP server. */
export const sftpMailboxChannel = z.strictObject({
  type: z.literal('sftpMailbox'),
  ...channelCommon,
  /** Default: the partner's folder name. */
  user: z
    .string()
    .regex(/^[A-Za-z0-9][\w.@-]{0,63}$/, 'a user name of letters, digits and . _ @ -')
    .optional(),
  /** Secret that holds the password, or better its hash: `tradelane secret set --hash NAME`. */
  password: secretName.optional(),
  /** Public keys that may log in, each as a line of `authorized_keys`. */
  authorizedKeys: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}( .*)?$/, 'a public key such as "ssh-ed25519 AAAA…"')
        .refine(isPublicKey, {
          error: 'a whole public key of the kind ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp256, 384, 521',
        }),
    )
    .default([]),
  patterns,
  /** Names that are still being written, besides those with a leading dot; they are published by a rename. */
  temporaryPatterns: z.array(z.string().min(1)).default(['*.tmp', '*.part', '*.filepart']),
  /** Connections at the same time. */
  maxSessions: z.int().min(1).max(100).default(8),
  maxFileBytes: z.int().min(1).max(2_000_000_000).default(104_857_600),
  /** What may lie in `in/` until we have taken it. */
  maxMailboxBytes: z.int().min(1).max(1_000_000_000_000).default(1_073_741_824),
  maxFilesPerPoll: z.int().min(1).max(10_000).default(1_000),
});
