import type { Config } from '../config.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { SecretKeeper } from '../pipeline/ports/secrets.ts';

/** A gateway opened by the composition root. `run` serves and works until a signal; commands only use the use cases. */
export interface OpenGateway {
  gateway: Gateway;
  config: Config;
  /** Where the console is; present once the web server listens. */
  url?: string;
  /** The address with the token that signs in, for the first visit. */
  signInUrl?: string;
  /** The SFTP server for partners' mailboxes, where one has one: its port, and its host keys as `TYPE SHA256:…`. */
  mailboxes?: { port: number; hostKeys: readonly string[] };
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

/** What a command gets from outside; adapters are constructed by `openGateway` and nowhere in cli/. */
export interface CliEnvironment {
  variables: Readonly<Record<string, string | undefined>>;
  openGateway(options: OpenOptions): Promise<OpenGateway>;
  openSecrets(config: Config): Promise<SecretKeeper>;
}
