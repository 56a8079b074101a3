import type { Finding } from '../common/finding.ts';
import { configFinding } from './config-text.ts';
import type { PartnerSource } from './partner-source.ts';
import { findNearest } from './nearest.ts';

/** Maps that a partner names and that do not exist: UNKNOWN_MAP at the place in partner.yaml. */
export function checkMapNames(sources: readonly PartnerSource[], known: readonly string[]): Finding[] {
  const names = new Set(known);
  return sources.flatMap(({ partner, locate }) =>
    Object.entries(partner.documents).flatMap(([document, directions]) =>
      (['in', 'out'] as const).flatMap((direction) =>
        (directions?.[direction] ?? [])
          .filter((name) => !names.has(name))
          .map((name) => {
            const [near] = findNearest(name, known);
            return configFinding(
              locate(['documents', document, direction]),
              'UNKNOWN_MAP',
              `documents.${document}.${direction}: there is no map "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
              { actual: name, ...(near !== undefined && { expected: near }) },
            );
          }),
      ),
    ),
  );
}
