import type { Instant } from '../../common/time.ts';

/**
 * Passwords and private keys, by name. Settings hold the name only: `password: { secret: acme-sftp }`. What is read is kept
 * out of logs, findings and API answers by everyone who reads it.
 */
export interface Secrets {
  /** Throws GatewayError SECRET_MISSING that says how to set it, SECRET_UNREADABLE where it is there and cannot be used. */
  read(name: string): Promise<string>;
}

/** The gateway's own store of secrets, for those who keep it in order. No method but `read` gives a value away. */
export interface SecretKeeper extends Secrets {
  /** Whether `read` would find it; also for names of the environment and of mounted files. */
  has(name: string): Promise<boolean>;
  /** The store's own secrets, by name. */
  list(): Promise<{ name: string; updatedAt: Instant }[]>;
  set(name: string, value: string): Promise<void>;
  /** False where there was none. */
  remove(name: string): Promise<boolean>;
}
