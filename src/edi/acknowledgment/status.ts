/** What a partner's acknowledgments say of something that we sent (5.11.4 of the domain rules). */
export type AcknowledgmentStatus =
  'notExpected' | 'pending' | 'receivedOnly' | 'accepted' | 'acceptedWithErrors' | 'rejected' | 'overdue';

/** A status that an answer has settled. */
export function isFinal(status: AcknowledgmentStatus): boolean {
  return status === 'accepted' || status === 'acceptedWithErrors' || status === 'rejected';
}

/** A status under which the partner can read, and may process, what we sent. */
export function isAccepted(status: AcknowledgmentStatus): boolean {
  return status === 'accepted' || status === 'acceptedWithErrors';
}
