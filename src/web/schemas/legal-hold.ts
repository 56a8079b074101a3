import * as z from 'zod';
import { HOLD_SCOPES } from '../../pipeline/retention/legal-hold-record.ts';

export const legalHoldRow = z
  .object({
    id: z.string(),
    scope: z.enum(HOLD_SCOPES),
    subject: z.string(),
    reason: z.string(),
    placedBy: z.string(),
    placedAt: z.string(),
  })
  .meta({ id: 'LegalHold' });
