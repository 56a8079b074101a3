import type { ConnectionOptions } from 'node:tls';

/** Everything a connection needs, with secrets read when it is opened: a changed password holds at the next one. */
export interface FtpConnection {
  host: string;
  port: number;
  tls: 'explicit' | 'implicit' | 'none';
  user: string;
  readPassword(): Promise<string>;
  /** Authority, certificate and key as PEM. */
  readTlsOptions(): Promise<Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>>;
  /** SHA-256 fingerprints (`AB:CD:…`) of the only certificates that are right; then nothing else is checked. */
  fingerprints?: readonly string[];
  /** The server may name another host for data connections than the one that was connected to. */
  allowSeparateTransferHost: boolean;
  encoding: 'utf8' | 'latin1';
  /** No answer for so long ends the connection. */
  commandMs: number;
  /** One whole list, upload or pickup must have ended within this. */
  operationMs: number;
  /** A NOOP after so much silence keeps the connection. */
  keepAliveMs: number;
  /** After so long without use it is closed. */
  idleMs: number;
}

export interface FtpFolders {
  /** Where the partner's files are taken from; '' is the folder after login. */
  inbox: string;
  /** Where ours are put. */
  outbox: string;
}
