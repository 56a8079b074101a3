import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompiledMap, MapSource } from '../../src/maps/index.ts';
import { loadPartners } from '../../src/partners/load-partners.ts';
import { createMapSource, listStandardMaps } from '../../src/partners/map-source.ts';
import type { PartnerSet } from '../../src/partners/partner-set.ts';
import { readPartnerFiles } from '../../src/partners/read-partner-files.ts';
import type { Sample } from './harness.ts';
import { prepareMap, readBytes } from './harness.ts';

export interface GoldenSample extends Sample {
  /** `edifact/d96a/orders/eancom`. */
  name: string;
  /** The document that the sample means: the .json beside it. */
  document: unknown;
  /** `<case>.read.edi`: a form that is understood and not written by us. */
  readOnly: boolean;
}

export interface Goldens {
  source: MapSource;
  set: PartnerSet;
  standardMaps: string[];
  mapOf: (name: string) => CompiledMap;
  samples: GoldenSample[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Every sample of the standard maps and of the partners. */
export async function loadGoldens(): Promise<Goldens> {
  const files = await readPartnerFiles(`${ROOT}maps`);
  const { set, findings } = loadPartners(await readPartnerFiles(`${ROOT}partners`));
  if (set === undefined) throw new Error(findings.map(({ message }) => message).join('\n'));
  const source = createMapSource(files, set.maps);
  const prepared = new Map<string, CompiledMap>();
  const mapOf = (name: string): CompiledMap => {
    const known = prepared.get(name) ?? prepareMap(name, source);
    prepared.set(name, known);
    return known;
  };
  const standardMaps = listStandardMaps(files);
  const standard = standardMaps.flatMap((name) =>
    listFiles(`${ROOT}maps/samples/${name}`).map((path) => ({ name, path, leniency: {} })),
  );
  const own = set.partners.flatMap((partner) =>
    Object.entries(partner.documents).flatMap(([document, directions]) => {
      const [name] = [...(directions?.in ?? []), ...(directions?.out ?? [])];
      const folder = `${ROOT}partners/${partner.partner}/samples/${document}`;
      // A file of a partner who is being onboarded may have no document yet.
      const complete = listFiles(folder).filter((path) => existsSync(documentOf(path)));
      return complete.map((path) => ({ name: name!, path, leniency: partner.leniency }));
    }),
  );
  return {
    source,
    set,
    standardMaps,
    mapOf,
    samples: [...standard, ...own].map(({ name, path, leniency }) => ({
      name: path.slice(ROOT.length).replace(/\.(edi|xml)$/, ''),
      mapName: name,
      map: mapOf(name),
      bytes: readBytes(path),
      leniency,
      document: JSON.parse(readFileSync(documentOf(path), 'utf8')) as unknown,
      readOnly: /\.read\.(edi|xml)$/.test(path),
    })),
  };
}

/** The .json beside a sample. */
function documentOf(path: string): string {
  return path.replace(/\.(edi|xml)$/, '.json');
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.(edi|xml)$/.test(file))
      .sort()
      .map((file) => `${folder}/${file}`);
  } catch {
    return [];
  }
}
