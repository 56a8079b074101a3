import type { AcknowledgmentPolicy } from '../../../src/edi/acknowledgment/index.ts';

/** What differs from the default policy, by fixture. */
export const POLICIES: Readonly<Record<string, Partial<AcknowledgmentPolicy>>> = {
  'x12-with-errors': { acceptWithErrors: true },
  'x12-005010': { implementation: true },
  'edifact-one-of-two-rejected': { acceptedSets: false },
  'edifact-receipt-requested': { functional: 'onRequest' },
};
