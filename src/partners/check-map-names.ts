import type { Finding } from '../common/finding.ts';
import { loadMap } from '../maps/load-map.ts';
import type { ConfigFile } from './config-text.ts';
import { configFinding } from './config-text.ts';
import { createMapSource, listStandardMaps } from './map-source.ts';
import { findNearest } from './nearest.ts';
import type { PartnerMap } from './partner-set.ts';
import type { PartnerSource } from './partner-source.ts';

/**
 * Maps that a partner names and that do not exist (UNKNOWN_MAP), cannot be used (MAP_INVALID), or that are for another document than the one they are named for
 * (MAP_OF_OTHER_DOCUMENT), at the place in partner.yaml; and own ones that nobody uses (MAP_UNUSED). `standardFiles`: the texts of the maps folder.
 */
export function checkMapNames(
  sources: readonly PartnerSource[],
  standardFiles: readonly ConfigFile[],
  partnerMaps: readonly PartnerMap[],
): Finding[] {
  const known = [...listStandardMaps(standardFiles), ...partnerMaps.map(({ name }) => name)];
  const names = new Set(known);
  const source = createMapSource(standardFiles, partnerMaps);
  const troubles = sources.flatMap(({ partner, locate }) =>
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
          const { map, findings } = loadMap(name, source);
          if (map === undefined) {
            const reason = findings.find(({ severity }) => severity === 'error')?.message ?? '';
            const message = `${key}: map "${name}" cannot be used: ${reason}`;
            return configFinding(place, 'MAP_INVALID', message, { actual: name });
          }
          const found = map.document;
          if (found === document) return [];
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
  return [...troubles, ...unusedMaps(sources, partnerMaps)];
}

/** Maps of a partner's own that no partner names and no map extends: written, and then forgotten under `documents`. */
function unusedMaps(sources: readonly PartnerSource[], partnerMaps: readonly PartnerMap[]): Finding[] {
  const used = new Set([
    ...sources.flatMap(({ partner }) =>
      Object.values(partner.documents).flatMap((directions) => [
        ...(directions?.in ?? []),
        ...(directions?.out ?? []),
      ]),
    ),
    ...partnerMaps.flatMap(({ text }) => /^extends:\s*["']?([^\s"']+)/m.exec(text)?.[1] ?? []),
  ]);
  const readable = new Set(sources.map(({ partner }) => partner.partner));
  return partnerMaps
    .filter(({ name, path }) => !used.has(name) && readable.has(path.slice(0, path.indexOf('/'))))
    .map(({ name, path }) =>
      configFinding(
        { file: path, line: 1, column: 1 },
        'MAP_UNUSED',
        `the map "${name}" is not used: name it under documents in partner.yaml`,
        { severity: 'warning', actual: name },
      ),
    );
}
