/** What the partner is told, by the modifier of `processed/error`. */
export const REFUSALS = {
  'invalid-message-id': 'The Message-ID is none that RFC 5322 allows. Nothing was delivered.',
  'illegal-filename': 'The name of a file cannot be kept as it is. Nothing was delivered.',
  'duplicate-filename': 'A file of this name was received before. Nothing was delivered.',
  'insufficient-message-security': 'Certificates are exchanged by signed messages alone. Nothing was taken.',
  'unexpected-processing-error':
    'The exchange of certificates could not be taken as it is. Nothing was taken.',
} as const;

/** A message that was opened and cannot be taken all the same: the modifier is for the partner, the reason for us. */
export interface Refusal {
  modifier: keyof typeof REFUSALS;
  reason: string;
}
