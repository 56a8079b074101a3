/** Writes what is generated from the code and the maps: `node scripts/generate.ts`. Tests check that it is current. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createMapSource } from '../src/partners/map-source.ts';
import { readPartnerFiles } from '../src/partners/read-partner-files.ts';
import { buildEventSchemas } from './event-schemas.ts';
import { buildInteroperabilityDocument } from './interoperability-document.ts';
import { buildMappingDocument } from './mapping-document.ts';
import { printPartnerSchemas } from './partner-schemas.ts';
import { buildScenariosDocument } from './scenarios-document.ts';
import { buildSettingsDocument } from './settings-document.ts';

const root = new URL('..', import.meta.url);

for (const [file, text] of Object.entries(printPartnerSchemas())) {
  await writeFile(new URL(`partners/${file}`, root), text);
}
const maps = await readPartnerFiles(fileURLToPath(new URL('maps', root)));
await writeFile(new URL('docs/mapping.md', root), buildMappingDocument(createMapSource(maps)));
await writeFile(new URL('docs/settings.md', root), buildSettingsDocument());
await writeFile(new URL('docs/scenarios.md', root), buildScenariosDocument());
const corpus = process.env['EDI_CORPUS'];
if (corpus !== undefined)
  await writeFile(new URL('docs/interoperability.md', root), buildInteroperabilityDocument(corpus));
await mkdir(new URL('docs/events/', root), { recursive: true });
for (const [file, text] of Object.entries(buildEventSchemas())) {
  await writeFile(new URL(`docs/events/${file}`, root), text);
}
