import type { MapSource } from '../maps/load-map.ts';
import type { ConfigFile } from './config-text.ts';
import type { PartnerMap } from './partner-set.ts';

const PARTNER_MAP = /^([^/]+)\/maps\/(.+)\.map\.yaml$/;

/** `northwind-hardware/maps/850-order.map.yaml` is the map `partners/northwind-hardware/850-order`. */
export function nameOfPartnerMap(path: string): string | undefined {
  const match = PARTNER_MAP.exec(path);
  return match === null ? undefined : `partners/${match[1]!}/${match[2]!}`;
}

/**
 * Every map and code table by its name: the standard ones from the texts of the maps folder, the partners' own from theirs.
 */
export function createMapSource(
  standardFiles: readonly ConfigFile[],
  partnerMaps: readonly PartnerMap[] = [],
): MapSource {
  const texts = new Map<string, string>();
  for (const { path, text } of standardFiles) texts.set(path.replace(/(\.map)?\.yaml$/, ''), text);
  for (const { name, text } of partnerMaps) texts.set(name, text);
  return (name) => texts.get(name);
}

/** Names of the maps among the texts of the maps folder, code tables left out. */
export function listStandardMaps(standardFiles: readonly ConfigFile[]): string[] {
  return standardFiles
    .filter(({ path }) => path.endsWith('.map.yaml'))
    .map(({ path }) => path.slice(0, -'.map.yaml'.length))
    .sort();
}
