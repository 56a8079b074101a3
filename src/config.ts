import path from 'node:path';
import * as z from 'zod';
import { GatewayError } from './common/errors.ts';
import { findNearest } from './partners/nearest.ts';

/** What a gateway process does of the whole. */
const ROLES = ['transport', 'worker', 'web'] as const;

export type Role = (typeof ROLES)[number];

const roles = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))])
  .pipe(z.array(z.enum(ROLES)).min(1));

const PREFIX = 'TRADELANE_';

const port = z.coerce.number().int().min(0).max(65_535);

/** Every setting of the environment, in one place. docs/operations.md is the table for people. */
const environment = z.object({
  /** Folder with partners/, maps/, dictionaries/, inbox/, outbox/. */
  TRADELANE_HOME: z.string().min(1),
  /** Database, tokens, lock. Default: data/ below the home. */
  TRADELANE_DATA: z.string().min(1).optional(),
  /** Connection string of a MongoDB replica set: the store for several gateways. Without: SQLite in the data folder. */
  TRADELANE_MONGODB_URI: z
    .string()
    .regex(
      /^mongodb(\+srv)?:\/\//,
      'a connection string such as mongodb://host:27017/tradelane?replicaSet=rs0',
    )
    .optional(),
  /** What this process does, of several on one MongoDB; each role has to be somewhere. */
  TRADELANE_ROLES: roles.default([...ROLES]),
  TRADELANE_HOST: z.string().min(1).default('127.0.0.1'),
  TRADELANE_PORT: port.default(8080),
  /** Where partners reach us by AS2; listened to only where a partner has such a channel. */
  TRADELANE_AS2_HOST: z.string().min(1).default('127.0.0.1'),
  TRADELANE_AS2_PORT: port.default(4080),
  /** The SFTP server for partners' mailboxes. 2222 listens without root; 0 = any port that is free. */
  TRADELANE_SFTP_HOST: z.string().min(1).default('127.0.0.1'),
  TRADELANE_SFTP_PORT: port.default(2222),
  /** Where people reach the console; used in links. */
  TRADELANE_PUBLIC_URL: z.url().optional(),
  /** Reverse proxies in front, each of which adds to X-Forwarded-For: their word says who calls, and whether by TLS. */
  TRADELANE_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  TRADELANE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  /** Milliseconds between two looks into every channel. */
  TRADELANE_POLL_INTERVAL_MS: z.coerce.number().int().min(100).default(1_000),
  /** Work items done at the same time. */
  TRADELANE_WORKERS: z.coerce.number().int().min(1).max(256).default(32),
  /** Key of data/secrets.json: 32 bytes in base64. Default: data/secret.key, made when the first secret is set. */
  TRADELANE_SECRET_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=?$/, 'has to be 32 bytes in base64 (openssl rand -base64 32)')
    .optional(),
  /** Folder of mounted secrets, one file each: `file:NAME` in settings. */
  TRADELANE_SECRETS_FOLDER: z.string().min(1).default('/run/secrets'),
  /** Folder outside of the data where the head of the audit log is written to every hour. */
  TRADELANE_AUDIT_ANCHORS: z.string().min(1).optional(),
  /** Who rolls partners/ out: may not accept held invoices right after a limit was changed. */
  TRADELANE_CONFIG_AUTHOR: z.string().min(1).optional(),
  /** Where alerts go besides the log. */
  TRADELANE_ALERT_WEBHOOK_URL: z.url().optional(),
  TRADELANE_ALERT_WEBHOOK_SECRET: z.string().min(16).optional(),
  /** Where business events go as they happen. */
  TRADELANE_EVENT_WEBHOOK_URL: z.url().optional(),
  TRADELANE_EVENT_WEBHOOK_SECRET: z.string().min(16).optional(),
  /** Odoo as the ERP; each lies over the same setting of odoo.yaml in the home folder. Without: the stand-alone ERP. */
  TRADELANE_ODOO_URL: z.url().optional(),
  TRADELANE_ODOO_DATABASE: z.string().min(1).optional(),
  TRADELANE_ODOO_USER: z.string().min(1).optional(),
  TRADELANE_ODOO_API_KEY: z.string().min(1).optional(),
});

interface WebhookSettings {
  url: string;
  secret?: string;
}

/** What the environment says of Odoo. */
export interface OdooVariables {
  url?: string;
  database?: string;
  user?: string;
  apiKey?: string;
}

export interface Config {
  home: string;
  dataFolder: string;
  partnersFolder: string;
  mapsFolder: string;
  /** Releases and messages beyond the shipped ones; may be missing. */
  dictionariesFolder: string;
  mongodbUri?: string;
  roles: readonly Role[];
  host: string;
  port: number;
  as2Host: string;
  as2Port: number;
  sftpHost: string;
  sftpPort: number;
  publicUrl: string;
  /** 0 = nobody's word is taken for who calls. */
  trustedProxies: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  pollIntervalMs: number;
  workers: number;
  secretKey?: string;
  secretsFolder: string;
  auditAnchorsFolder?: string;
  /** '' = not told. */
  configAuthor: string;
  alertWebhook?: WebhookSettings;
  eventWebhook?: WebhookSettings;
  /** Settings of Odoo; may be missing. */
  odooFile: string;
  odoo: OdooVariables;
}

/** Reads the configuration; throws GatewayError CONFIG_INVALID that names every wrong variable. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = environment.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map(
      (issue) => `${issue.path.join('.')}=${shown(String(issue.path[0]), given)}: ${issue.message}`,
    );
    throw new GatewayError('CONFIG_INVALID', `The configuration is not usable: ${problems.join('; ')}`);
  }
  const values = result.data;
  if (values.TRADELANE_MONGODB_URI === undefined && values.TRADELANE_ROLES.length < ROLES.length) {
    throw new GatewayError(
      'CONFIG_INVALID',
      `TRADELANE_ROLES=${values.TRADELANE_ROLES.join(',')}: on SQLite one gateway does everything. Roles are for several on one MongoDB: set TRADELANE_MONGODB_URI.`,
    );
  }
  const home = path.resolve(values.TRADELANE_HOME);
  const alertWebhook = webhookOf(values.TRADELANE_ALERT_WEBHOOK_URL, values.TRADELANE_ALERT_WEBHOOK_SECRET);
  const eventWebhook = webhookOf(values.TRADELANE_EVENT_WEBHOOK_URL, values.TRADELANE_EVENT_WEBHOOK_SECRET);
  return {
    home,
    dataFolder: path.resolve(home, values.TRADELANE_DATA ?? 'data'),
    partnersFolder: path.join(home, 'partners'),
    mapsFolder: path.join(home, 'maps'),
    dictionariesFolder: path.join(home, 'dictionaries'),
    ...(values.TRADELANE_MONGODB_URI !== undefined && { mongodbUri: values.TRADELANE_MONGODB_URI }),
    roles: values.TRADELANE_ROLES,
    host: values.TRADELANE_HOST,
    port: values.TRADELANE_PORT,
    as2Host: values.TRADELANE_AS2_HOST,
    as2Port: values.TRADELANE_AS2_PORT,
    sftpHost: values.TRADELANE_SFTP_HOST,
    sftpPort: values.TRADELANE_SFTP_PORT,
    publicUrl: values.TRADELANE_PUBLIC_URL ?? `http://127.0.0.1:${values.TRADELANE_PORT}`,
    trustedProxies: values.TRADELANE_TRUSTED_PROXIES,
    logLevel: values.TRADELANE_LOG_LEVEL,
    pollIntervalMs: values.TRADELANE_POLL_INTERVAL_MS,
    workers: values.TRADELANE_WORKERS,
    ...(values.TRADELANE_SECRET_KEY !== undefined && { secretKey: values.TRADELANE_SECRET_KEY }),
    secretsFolder: path.resolve(home, values.TRADELANE_SECRETS_FOLDER),
    ...(values.TRADELANE_AUDIT_ANCHORS !== undefined && {
      auditAnchorsFolder: path.resolve(home, values.TRADELANE_AUDIT_ANCHORS),
    }),
    configAuthor: values.TRADELANE_CONFIG_AUTHOR ?? '',
    ...(alertWebhook !== undefined && { alertWebhook }),
    ...(eventWebhook !== undefined && { eventWebhook }),
    odooFile: path.join(home, 'odoo.yaml'),
    odoo: odooVariables(values),
  };
}

/** Names that look like settings and are none, such as TRADELANE_PROT, each with the setting that it is nearest to. */
export function listUnknownVariables(
  variables: Readonly<Record<string, string | undefined>>,
): { name: string; nearest?: string }[] {
  const known = Object.keys(environment.shape).map((name) => name.slice(PREFIX.length));
  return Object.keys(variables)
    .filter((name) => name.startsWith(PREFIX) && !(name in environment.shape))
    .sort()
    .map((name) => {
      const [nearest] = findNearest(name.slice(PREFIX.length), known);
      return { name, ...(nearest !== undefined && { nearest: PREFIX + nearest }) };
    });
}

function odooVariables(values: z.output<typeof environment>): OdooVariables {
  const { TRADELANE_ODOO_URL: url, TRADELANE_ODOO_DATABASE: database } = values;
  const { TRADELANE_ODOO_USER: user, TRADELANE_ODOO_API_KEY: apiKey } = values;
  return {
    ...(url !== undefined && { url }),
    ...(database !== undefined && { database }),
    ...(user !== undefined && { user }),
    ...(apiKey !== undefined && { apiKey }),
  };
}

function webhookOf(url: string | undefined, secret: string | undefined): WebhookSettings | undefined {
  return url === undefined ? undefined : { url, ...(secret !== undefined && { secret }) };
}

/** The value as it was given, unless it is one that nobody should see. */
function shown(name: string, given: Readonly<Record<string, string | undefined>>): string {
  return /KEY|SECRET$/.test(name) ? '(hidden)' : JSON.stringify(given[name] ?? '');
}
