import type { Finding } from '../common/finding.ts';
import { loadMap } from '../maps/load-map.ts';
import type { ConfigFile } from './config-text.ts';
import { configFinding } from './config-text.ts';
import { createMapSource, listStandardMaps } from './map-source.ts';
import { findNearest } from './nearest.ts';
import type { PartnerMap } from './partner-set.ts';
import type { PartnerSource } from './partner-source.ts';

/**
 * Maps that a partner names and that do not exist (UNKNOWN_MAP), or that are for another document than the one they are named for
 * (MAP_OF_OTHER_DOCUMENT), at the place in partner.yaml. `standardFiles`: the texts of the maps folder.
 */
export function checkMapNames(
  sources: readonly PartnerSource[],
  standardFiles: readonly ConfigFile[],
  partnerMaps: readonly PartnerMap[],
): Finding[] {
  const known = [...listStandardMaps(standardFiles), ...partnerMaps.map(({ name }) => name)];
  const names = new Set(known);
  const source = createMapSource(standardFiles, partnerMaps);
  return sources.flatMap(({ partner, locate }) =>
    Object.entries(partner.documents).flatMap(([document, directions]) =>
      (['in', 'out'] as const).flatMap((direction) =>
        (directions?.[direction] ?? []).flatMap((name) => {
          const place = locate(['documents', document, direction]);
          const key = `documents.${document}.${direction}`;
          if (!names.has(name)) {
            const [near] = findNearest(name, known);
            return configFinding(
              place,
              'UNKNOWN_MAP',
              `${key}: there is no map "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
              { actual: name, ...(near !== undefined && { expected: near }) },
            );
          }
          const found = loadMap(name, source).map?.document;
          if (found === undefined || found === document) return [];
          return configFinding(
            place,
            'MAP_OF_OTHER_DOCUMENT',
            `${key}: map "${name}" is for ${found}; expected a map for ${document}`,
            { actual: found, expected: document },
          );
        }),
      ),
    ),
  );
}
