/** How a partner wants to be answered; all of it agreed, nothing of it the standard's choice. */
export interface AcknowledgmentPolicy {
  /** 997, 999 or CONTRL. `onRequest`: EDIFACT UNB 0031; X12 has no such request, there it means always. */
  functional: 'always' | 'onRequest' | 'never';
  /** X12: 999 instead of 997, for groups of 005010 and later. */
  implementation?: boolean;
  /** List accepted transactions too (AK2 loops, UCM). */
  acceptedSets: boolean;
  /** X12: transactions with faults in elements only are E, accepted with errors, and processed. EDIFACT has no such answer. */
  acceptWithErrors: boolean;
  /** TA1. `onRequest` answers ISA14 = 1; 2 and 3 only where something is wrong. */
  interchange: 'always' | 'onRequest' | 'never';
}

export const DEFAULT_ACKNOWLEDGMENT_POLICY: AcknowledgmentPolicy = {
  functional: 'always',
  acceptedSets: true,
  acceptWithErrors: false,
  interchange: 'onRequest',
};
