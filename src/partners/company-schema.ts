import * as z from 'zod';
import { as2StationSchema } from './as2-schema.ts';
import { companyIdentitiesSchema } from './envelope-schema.ts';
import { repeatSchema, retentionSchema } from './operations-schema.ts';
import { calendarSchema, policySchema } from './policy-schema.ts';
import { name } from './settings.ts';

/** Our own company: identities in every standard and the policies that partners start from (`partners/company.yaml`). */
export const companySchema = z.strictObject({
  /** Our name. */
  company: name,
  /** Amounts of the settings are in it, where they do not say another. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as "USD"'),
  identities: companyIdentitiesSchema,
  /** Our own AS2 station. */
  as2: as2StationSchema.optional(),
  /** Our working days; a partner starts from them too. */
  calendar: calendarSchema.prefault({}),
  /** What every partner starts from. */
  policy: policySchema.prefault({}),
  repeat: repeatSchema.prefault({}),
  retention: retentionSchema.prefault({}),
});

export type Company = z.output<typeof companySchema>;
