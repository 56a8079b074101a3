import * as z from 'zod';
import { companySchema } from './company-schema.ts';
import { partnerSchema } from './partner-schema.ts';

/** JSON Schemas by file name, for editors that check and complete YAML: `partners/partner.schema.json`. */
export function buildPartnerJsonSchemas(): Record<string, string> {
  return {
    'partner.schema.json': print('Trading partner', partnerSchema),
    'company.schema.json': print('Our company', companySchema),
  };
}

function print(title: string, schema: z.ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, undefined, 2)}\n`;
}
