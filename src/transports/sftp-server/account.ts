import type { Login } from './login.ts';
import type { Mailbox } from './mailbox.ts';

/** A partner's account on the server. */
export interface Account extends Login {
  partnerId: string;
  mailbox: Mailbox;
  /** Connections at the same time. */
  maxSessions: number;
}
