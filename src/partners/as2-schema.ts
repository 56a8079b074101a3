import * as z from 'zod';
import { channelCommon } from './channel-common.ts';
import { moment, name, secretName } from './settings.ts';

/** AS2-From and AS2-To (RFC 4130 section 6.2): 1 to 128 printable ASCII characters, case-sensitive. */
const as2Id = z
  .string()
  .regex(/^[\x20-\x7e]{1,128}$/, 'an AS2 identifier: 1 to 128 printable ASCII characters');

const digest = z.enum(['sha1', 'sha224', 'sha256', 'sha384', 'sha512']);

const cipher = z.enum(['3des', 'aes128', 'aes192', 'aes256', 'aes128-gcm', 'aes192-gcm', 'aes256-gcm']);

/** A file below the gateway's home; no way out of it. */
const file = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w./-]+$/, 'a relative file such as "partners/acme/as2-2026.crt"');

/** Where a PEM text comes from: a file, or a secret. */
const pemSource = z
  .strictObject({ file: file.optional(), ...secretName.partial().shape })
  .refine((source) => (source.file === undefined) !== (source.secret === undefined), {
    error: 'either "file" or "secret"',
  });

export type PemSource = z.output<typeof pemSource>;

const use = z.enum(['sign', 'encrypt', 'tls']);

const period = {
  /** Used for what we send from then on; default: since it is valid. */
  from: moment.optional(),
  /** Retired then: no longer accepted in what comes in. Default: when it expires. */
  until: moment.optional(),
};

/** A certificate of the partner. */
const partnerCertificate = z.strictObject({
  certificate: pemSource,
  /** `sign`: theirs, to check what they sign; `encrypt`: for what we encrypt; `tls`: the only one their server may show. */
  uses: z.array(use).min(1).default(['sign', 'encrypt']),
  ...period,
});

/** By which authorities the partner's certificates are trusted, beyond being in the settings. */
const trust = z.strictObject({
  /** Every certificate of the partner for `sign` and `encrypt` has to come from one of them, or be one of them. */
  anchors: z.array(pemSource).min(1),
  /** Authorities between, where neither the partner's files nor his messages bring them. */
  authorities: z.array(pemSource).default([]),
  /**
   * Certificates that sign and are not in the settings. `sameSubject`: taken if an anchor leads to them and their subject is that of
   * one in the settings. `anySubject`: taken from anybody whom the anchors certify: for authorities of the partner alone.
   */
  newCertificates: z.enum(['none', 'sameSubject', 'anySubject']).default('none'),
  /** Default: revocation is not asked. */
  revocation: z
    .strictObject({
      /** Revocation lists (CRL), one for each authority of the paths. Only these addresses are called, none of a certificate. */
      lists: z
        .array(
          z.union([
            z.strictObject({ file }),
            z.strictObject({
              url: z
                .url({ protocol: /^https?$/, error: 'an http or https address' })
                .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
                  error: 'an address without a password in it',
                }),
              privateAddresses: z.boolean().default(false),
            }),
          ]),
        )
        .min(1),
      /** How often lists of addresses are renewed; at the latest when they end. */
      refreshHours: z.number().positive().max(168).default(6),
      /** A certificate whose authority has no current list. */
      whenUnknown: z.enum(['refuse', 'accept']).default('refuse'),
    })
    .optional(),
});

export type As2TrustSettings = z.output<typeof trust>;

/** A certificate of ours with its private key. */
const ownCertificate = z.strictObject({
  certificate: pemSource,
  key: pemSource,
  uses: z.array(use).min(1).default(['sign', 'encrypt']),
  ...period,
});

export type As2CertificateSettings = z.output<typeof partnerCertificate> & { key?: PemSource };

/** Our own AS2 station (`as2` of company.yaml). */
export const as2StationSchema = z.strictObject({
  id: as2Id,
  /** Where partners reach the listener: told to them for asynchronous receipts. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** Disposition-Notification-To: an address of ours; partners ignore it, but it has to be there. */
  contact: name.default('edi@localhost'),
  /** Default: a self-signed one that the gateway makes at its first start. */
  certificates: z.array(ownCertificate).min(1).optional(),
  /** What an MDN says to a sender, or for a receiver, whom we do not know. */
  unknownPartner: z
    .enum(['unknown-trading-relationship', 'authentication-failed'])
    .default('unknown-trading-relationship'),
});

export type As2StationSettings = z.output<typeof as2StationSchema>;

const seconds = z.number().positive().max(86_400);

/** A partner's AS2 station, and ours as it is to be towards him. */
export const as2Channel = z.strictObject({
  type: z.literal('as2'),
  ...channelCommon,
  url: z.url({ protocol: /^https?$/, error: 'an http or https address' }),
  ids: z.strictObject({
    /** Default: `as2.id` of company.yaml. */
    ours: as2Id.optional(),
    theirs: as2Id,
  }),
  certificates: z.array(partnerCertificate).default([]),
  trust: trust.optional(),
  /** Certificate Exchange Messaging: new certificates are proposed and answered by messages. Default: such messages are refused. */
  cem: z
    .strictObject({
      /**
       * Who decides on a certificate that the partner proposes. `sameSubject`: the gateway, where the message is signed by a certificate
       * of the settings and the subject is that of one with the same uses; a person on all others.
       */
      accept: z.enum(['person', 'sameSubject']).default('person'),
    })
    .optional(),
  /** Content-Type of the files that we send. */
  contentType: z
    .string()
    .regex(/^[\w.+-]+\/[\w.+-]+$/, 'a media type such as "application/edifact"')
    .optional(),
  subject: z
    .string()
    .regex(/^[\x20-\x7e]+$/, 'printable ASCII')
    .max(200)
    .optional(),
  /** AS2-Version: 1.1 has compression, 1.2 EDIINT-Features, 1.3 AS2-Product and neither SHA-1 nor 3DES. */
  version: z.enum(['1.1', '1.2', '1.3']).default('1.2'),

  /** What we put around a file. */
  security: z
    .strictObject({
      sign: z.union([digest, z.literal('none')]).default('sha256'),
      signatureScheme: z.enum(['rsa', 'rsa-with-hash', 'rsa-pss', 'ecdsa']).optional(),
      /** False for receivers that cannot read signed attributes. */
      signedAttributes: z.boolean().default(true),
      /** `micalg` and receipt options: sha-256 (RFC 5751) or sha256 (RFC 3851). */
      micalgSpelling: z.enum(['rfc5751', 'rfc3851']).default('rfc5751'),
      includeCertificate: z.boolean().default(true),
      compress: z.enum(['none', 'before', 'after']).default('none'),
      encrypt: z.union([cipher, z.literal('none')]).default('aes256'),
      keyTransport: z.enum(['pkcs1', 'oaep-sha1', 'oaep-sha256']).default('pkcs1'),
      /** We can read what we sent: one more recipient. */
      readableByUs: z.boolean().default(false),
      transferEncoding: z.enum(['binary', '8bit', 'base64', 'none']).default('binary'),
      cmsTransferEncoding: z.enum(['binary', 'base64']).default('binary'),
    })
    .prefault({}),

  /** The least that we take from the partner. */
  accept: z
    .strictObject({
      signed: z.boolean().default(true),
      encrypted: z.boolean().default(true),
      digests: z.array(digest).min(1).default(['sha224', 'sha256', 'sha384', 'sha512']),
      ciphers: z
        .array(cipher)
        .min(1)
        .default(['aes128', 'aes192', 'aes256', 'aes128-gcm', 'aes192-gcm', 'aes256-gcm']),
      maxMegabytes: z.number().positive().max(1024).default(100),
      /**
       * `safe`: names of files are made safe, and numbered where a message has one twice. `asSent` (Filename Preservation): a
       * message with a name that cannot be kept, or that the partner has used before, is refused.
       */
      fileNames: z.enum(['safe', 'asSent']).default('safe'),
      /** Only requests from these addresses or networks: `203.0.113.7`, `203.0.113.0/24`. Default: any. */
      addresses: z
        .array(z.string().regex(/^[\da-fA-F.:]+(\/\d{1,3})?$/, 'an address or a network in CIDR notation'))
        .default([]),
      /** A user and password that every message has to come with (HTTP Basic). */
      basicAuth: z.strictObject({ user: name, password: secretName }).optional(),
      /** Every message has to come by a TLS connection with a client certificate that is one of the partner's for `tls`. */
      clientCertificate: z.boolean().default(false),
      /** Messages a minute, on average and at once; more are told to come again (429). */
      messagesPerMinute: z.int().min(1).max(1_000_000).default(6_000),
    })
    .prefault({}),
  /** The partner takes a message of plain text for what it is: `channel test` sends one, and checks its receipt. */
  testMessage: z.boolean().default(false),

  /** The receipt (MDN) that we ask for. */
  receipt: z
    .strictObject({
      mode: z.enum(['sync', 'async', 'none']).default('sync'),
      signed: z.boolean().default(true),
      digests: z.array(digest).min(1).default(['sha256']),
      /** An asynchronous receipt is overdue then. */
      waitMinutes: z.number().positive().default(60),
      /** Overdue: the same message is sent again so many times before a person is asked. */
      repeats: z.int().min(0).max(10).default(2),
    })
    .prefault({}),

  /** Receipts of ours that the partner wants asynchronously. */
  theirReceipts: z
    .strictObject({
      /** Hosts that they may be sent to; default: the host of `url`. */
      hosts: z.array(name).default([]),
      /** Also to private and loopback addresses. */
      privateAddresses: z.boolean().default(false),
      /** Pauses before the second, third … attempt; a person is told after the last. */
      retryMinutes: z.array(z.number().positive()).default([5, 10, 20, 40, 60, 120, 240, 480]),
    })
    .prefault({}),

  timeouts: z
    .strictObject({
      connectSeconds: seconds.default(30),
      /** From the last byte of the request, or of an interim response, to the first of the answer. */
      answerSeconds: seconds.default(300),
      totalSeconds: seconds.default(1_800),
    })
    .prefault({}),
  retry: z
    .strictObject({
      /** Pauses before the second, third … attempt; a person is told after the last. */
      minutes: z.array(z.number().positive()).default([1, 2, 4, 8, 15, 30, 60, 240, 240, 240, 240, 240, 120]),
    })
    .prefault({}),
  /** Files leave one after the other in the order in which they were made. */
  strictSequence: z.boolean().default(false),
  /** Transfer-Encoding: chunked instead of Content-Length; many receivers refuse it. */
  chunked: z.boolean().default(false),
  expectContinue: z.boolean().default(false),

  basicAuth: z.strictObject({ user: name, password: secretName }).optional(),
  tls: z
    .strictObject({
      /** Authorities to trust instead of the system's. */
      authorities: pemSource.optional(),
      /** False where the partner's certificate is for another host name. */
      checkHostName: z.boolean().default(true),
      /** What we show to this partner's server instead of our own certificate with `uses: [tls]`. */
      clientCertificate: z.strictObject({ certificate: pemSource, key: pemSource }).optional(),
    })
    .prefault({}),

  /** What is let pass although it is not as it should be. */
  tolerances: z
    .strictObject({
      /** An unsigned receipt although a signed one was asked for. */
      unsignedReceipt: z.boolean().default(false),
      /** A signed receipt that says `processed` without a MIC. */
      receiptWithoutMic: z.boolean().default(false),
      /** A synchronous receipt although an asynchronous one was asked for. */
      receiptInAnswer: z.boolean().default(true),
      /** Their certificate still checks signatures so many days after it has expired. */
      expiredSignatureDays: z.int().min(0).default(0),
      /** We still encrypt for an expired certificate. */
      expiredEncryption: z.boolean().default(false),
      /** We encrypt for keys of less than 2,048 bits. */
      weakKeys: z.boolean().default(false),
      /** A message that came before is answered by `processed/warning: duplicate-document` instead of the first receipt. */
      duplicateWarning: z.boolean().default(false),
    })
    .prefault({}),
});

export type As2ChannelSettings = z.output<typeof as2Channel>;
