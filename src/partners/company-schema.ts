import * as z from 'zod';
import { companyIdentitiesSchema } from './envelope-schema.ts';
import { calendarSchema, policySchema } from './policy-schema.ts';
import { name } from './settings.ts';

/** Our own company: identities in every standard and the policies that partners start from (`partners/company.yaml`). */
export const companySchema = z.strictObject({
  company: name,
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as "USD"'),
  identities: companyIdentitiesSchema,
  calendar: calendarSchema.prefault({}),
  policy: policySchema.prefault({}),
});

export type Company = z.output<typeof companySchema>;
