import * as z from 'zod';

export const partnerRow = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(['onboarding', 'active', 'suspended']),
    standards: z.array(z.enum(['x12', 'edifact', 'xml'])),
    channels: z.array(z.object({ type: z.string(), name: z.string(), enabled: z.boolean() })),
    /** Document types that are exchanged. */
    documents: z.array(z.string()),
  })
  .meta({ id: 'PartnerRow' });

export const partnerDetail = partnerRow
  .extend({ configuration: z.record(z.string(), z.unknown()) })
  .meta({ id: 'Partner' });
