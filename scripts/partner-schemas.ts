import * as z from 'zod';
import { companySchema } from '../src/partners/company-schema.ts';
import { partnerSchema } from '../src/partners/partner-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import type { SettingSource } from './setting-comments.ts';
import { isObjectSchema, optionsOf, readSettingSources } from './setting-comments.ts';

/** The schemas as files of partners/, for editors that check and complete YAML. */
export function printPartnerSchemas(): Record<string, string> {
  const { partner, company } = buildPartnerSchemas();
  const print = (schema: JsonSchema): string => `${JSON.stringify(schema, undefined, 2)}\n`;
  return { 'partner.schema.json': print(partner), 'company.schema.json': print(company) };
}

/** JSON Schemas of the settings, each described by its comment in src/partners. */
export function buildPartnerSchemas(): { partner: JsonSchema; company: JsonSchema } {
  const sources = readSettingSources();
  const build = (title: string, schema: z.ZodType, name: string): JsonSchema => {
    const json: JsonSchema = { title, ...z.toJSONSchema(schema, { io: 'input' }) } as JsonSchema;
    describe(json, sources.named(name));
    return json;
  };
  return {
    partner: build('Trading partner', partnerSchema, 'partnerSchema'),
    company: build('Our company', companySchema, 'companySchema'),
  };
}

/** Gives every property below the comment that its setting has in the source. */
function describe(json: JsonSchema, source: SettingSource): void {
  for (const [name, property] of Object.entries(json.properties ?? {})) {
    const { comment, value } = source.property(name);
    const description = comment ?? (isObjectSchema(property) ? value.comment() : undefined);
    if (description !== undefined) property.description = description;
    describe(property, value);
  }
  if (json.items !== undefined) describe(json.items, source);
  for (const option of optionsOf(json)) describe(option, source.option(option.properties?.['type']?.const));
}
