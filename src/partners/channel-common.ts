import * as z from 'zod';
import { localTime, name, timeZone, weekday } from './settings.ts';

/** What we send to partners: business documents, and acknowledgments of what they sent. */
const sentDocument = z.enum([
  'order',
  'orderChange',
  'orderResponse',
  'despatchAdvice',
  'receiptAdvice',
  'invoice',
  'creditNote',
  'applicationAdvice',
  'functionalAcknowledgment',
]);

/** When the partner's side is not to be touched: `{ from: 22:00, to: 04:00, days: [sat] }` begins on Saturdays. */
const quietWindow = z.strictObject({
  from: localTime,
  /** Not after `from` means on the next day. */
  to: localTime,
  /** Days on which it begins; default every day. */
  days: z.array(weekday).min(1).optional(),
  /** Default: the zone of the partner's calendar. */
  zone: timeZone.optional(),
});

export type QuietWindow = z.infer<typeof quietWindow>;

export const DEFAULT_FILE_NAME = '{document}-{id}-{control}.{extension}';

/** What every channel has, whatever its type. */
export const channelCommon = {
  /** Tells several channels of one partner apart, in lists and logs. */
  name: name.default('main'),
  enabled: z.boolean().default(true),
  /** Whether files of the partner are taken from it. */
  receive: z.boolean().default(true),
  /** Whether our files may go out by it: a file takes the first channel that sends its document type. */
  send: z.boolean().default(true),
  /** Document types that go out by it; default all. */
  documents: z.array(sentDocument).min(1).optional(),
  /** How often it is looked into; default TRADELANE_POLL_INTERVAL_MS. Longer after failures, five minutes at most. */
  pollSeconds: z.number().min(0.1).max(86_400).optional(),
  quiet: z.array(quietWindow).default([]),
  /** Name of what we write; `{document}`, `{id}`, `{control}` and `{extension}` are filled in. */
  fileName: z.string().min(1).default(DEFAULT_FILE_NAME),
  /** Files that are sent over it at the same time, at most. */
  concurrency: z.int().min(1).max(64).default(4),
  /** It has not worked for so long: somebody is told. */
  alertAfterMinutes: z.number().min(0).max(10_080).default(15),
};

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
const remoteFolder = z
  .string()
  .max(1_000)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'a folder such as "/out" or "out/orders"')
  .transform((text) => (text.length > 1 ? text.replace(/\/+$/, '') : text));

/** Files on a partner's server: how they are found, fetched and put away there, and how ours are written. */
export const remoteFiles = {
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
};
