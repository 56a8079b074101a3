import type { AuditAnchor } from '../pipeline/audit.ts';
import type { Config } from '../config.ts';
import type { As2Evidence } from '../pipeline/queries/as2-messages.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { ConnectedErp } from '../pipeline/ports/connected-erp.ts';
import type { CertificateDirectory } from '../pipeline/ports/certificates.ts';
import type { SecretKeeper } from '../pipeline/ports/secrets.ts';

/** A gateway opened by the composition root. `run` serves and works until a signal; commands only use the use cases. */
export interface OpenGateway {
  gateway: Gateway;
  config: Config;
  /** The ERP that the gateway talks to by itself; absent with the stand-alone one. */
  erp?: ConnectedErp;
  /** Absent without an AS2 station. */
  certificates?: CertificateDirectory;
  /** Where the console is; present once the web server listens. */
  url?: string;
  /** The address with the token that signs in, for the first visit. */
  signInUrl?: string;
  /** The SFTP server for partners' mailboxes, where one has one: its port, and its host keys as `TYPE SHA256:…`. */
  mailboxes?: { port: number; hostKeys: readonly string[] };
  /** The listener for partners' AS2 messages, where one has such a channel. */
  as2?: { port: number };
  /** Resolves when the work that is due now has been done: for demo and tests. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * - `read`: the store only, beside a running gateway.
 * - `serve`: everything: web server, workers, polls, ticks. Takes the lock on the data folder.
 */
export interface OpenOptions {
  mode: 'read' | 'serve';
  config: Config;
}

/** What is done to a store as a whole. Each throws GatewayError STORE_*, CONFLICT. */
export interface StoreTools {
  /** Copies the store of the installation into another, empty one, and compares both. */
  copy(config: Config, to: { mongodbUri: string } | { dataFolder: string }): Promise<StoreSummary>;
  backup(config: Config, folder: string): Promise<StoreSummary>;
  verifyBackup(folder: string): Promise<StoreSummary>;
  restore(folder: string, config: Config): Promise<StoreSummary>;
  writeAnchor(folder: string, anchor: AuditAnchor): Promise<void>;
  readAnchors(folder: string): Promise<AuditAnchor[]>;
}

export interface StoreSummary {
  records: number;
  archiveEntries: number;
  /** Over every record and every file, in order: equal stores have equal hashes. */
  sha256: string;
}

/** What a command gets from outside; adapters are constructed by `openGateway` and nowhere in cli/. */
export interface CliEnvironment {
  variables: Readonly<Record<string, string | undefined>>;
  openGateway(options: OpenOptions): Promise<OpenGateway>;
  openSecrets(config: Config): Promise<SecretKeeper>;
  /** What is kept of a password that a partner logs in with. */
  hashPassword(password: string): Promise<string>;
  openAs2(config: Config): Promise<As2Tools>;
  /**
   * The AS2 station of a partner whose channel leads to this machine, with a key of its own, for the demo. Throws NOT_FOUND,
   * INVALID_REQUEST, PORT_IN_USE.
   */
  openPartnerStation(config: Config, partnerId: string, gatewayUrl: string): Promise<PartnerEnd>;
  storeTools(): Promise<StoreTools>;
}

/** A file that a partner has got from us. */
export interface PartnerFile {
  name: string;
  bytes: Uint8Array;
}

/** A partner's end of a channel. */
export interface PartnerEnd {
  /** The newest file from us whose name holds the text. */
  find(text: string): Promise<PartnerFile | undefined>;
  /** Resolves when our side has the whole file. Throws TRANSPORT_*. */
  send(name: string, bytes: Uint8Array): Promise<void>;
  /** Sends what an earlier run began to send and could not finish; only where the partner's side keeps that. */
  sendUnsent?(): Promise<void>;
  close(): Promise<void>;
}

/** Certificates and evidence of AS2. Throws CERTIFICATE_*, CONFIG_INVALID, PARTNER_INVALID. */
export interface As2Tools {
  showFile(bytes: Uint8Array, passphrase?: string): Promise<{ certificates: unknown[]; hasKey: boolean }>;
  /** Returns the setting for it, as YAML. */
  importFile(
    bytes: Uint8Array,
    options: { partner?: string; name: string; passphrase?: string },
  ): Promise<string>;
  createOwn(options: {
    name: string;
    commonName?: string;
    days: number;
  }): Promise<{ settings: string; pem: string }>;
  /** `ok` is undefined for what could not be checked. */
  verifyEvidence(
    evidence: As2Evidence,
    withKeys: boolean,
  ): Promise<{ name: string; ok: boolean | undefined; text: string }[]>;
}
