/** Writes what is generated from the code and the maps: `node scripts/generate.ts`. Tests check that it is current. */
import { writeFile } from 'node:fs/promises';
import { buildPartnerJsonSchemas } from '../src/partners/partner-json-schema.ts';

const root = new URL('..', import.meta.url);

for (const [file, text] of Object.entries(buildPartnerJsonSchemas())) {
  await writeFile(new URL(`partners/${file}`, root), text);
}
