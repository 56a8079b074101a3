import type { Instant } from '../../common/time.ts';
import type { Actor } from '../actor.ts';
import type { CertificateProposalRecord } from '../channels/certificate-proposal-record.ts';

/**
 * Certificates that partners propose to us and we to them, by messages of a channel that has such (AS2). Each decision is kept, goes
 * into the audit log, and is told to the partner. Throws NOT_FOUND, INVALID_REQUEST, CONFLICT (decided already).
 */
export interface CertificateExchange {
  /** Theirs: it counts beside those of the settings from now on, and for what we encrypt from `from` on (default: now). */
  accept(
    id: string,
    decision: { reason: string; from?: Instant },
    actor: Actor,
  ): Promise<CertificateProposalRecord>;
  /** Theirs: it does not count, and the partner is told the reason. */
  reject(id: string, reason: string, actor: Actor): Promise<CertificateProposalRecord>;
  /** Theirs, accepted before: it counts no longer. The partner is not told: there is no message for it. */
  withdraw(id: string, reason: string, actor: Actor): Promise<CertificateProposalRecord>;
  /**
   * Proposes a certificate of ours (by its SHA-256 fingerprint, or the beginning of it; default: the newest) to partners, without
   * `partnerIds` to all with whom certificates are exchanged. One that waits for an answer already is not proposed again.
   */
  propose(
    proposal: { fingerprint?: string; partnerIds?: readonly string[]; respondBy: Instant },
    actor: Actor,
  ): Promise<CertificateProposalRecord[]>;
}
