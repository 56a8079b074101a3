import type { SshAlgorithms } from '../ssh-algorithms.ts';

/** What proves who we are; one of them or both. */
export interface SftpCredentials {
  password?: string;
  /** OpenSSH, PEM or PuTTY form. */
  privateKey?: string;
  passphrase?: string;
}

/** Everything a connection needs. Secrets are read when it is opened: a changed password holds at the next one. */
export interface SftpConnection {
  host: string;
  port: number;
  user: string;
  readCredentials(): Promise<SftpCredentials>;
  /** The only host keys that are right, as `SHA256:…`; several while the partner changes its key. */
  hostKeys: readonly string[];
  algorithms: SshAlgorithms;
  /** TCP, key exchange and login must have ended within this. */
  connectMs: number;
  /** No answer to anything for so long, while something was asked, ends the connection. */
  answerMs: number;
  /** A question after so much silence; three without an answer end the connection. */
  keepAliveMs: number;
  /** After so long without use it is closed. */
  idleMs: number;
}

/** How one file is transferred. Some servers work with small or single requests only. */
export interface TransferSettings {
  /** Bytes of one request; left out, what the server takes. */
  chunkBytes?: number;
  /** Requests under way for one file. */
  parallelRequests: number;
}
