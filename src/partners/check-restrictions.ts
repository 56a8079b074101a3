import type { Finding } from '../common/finding.ts';
import { findGrammar, listReleases } from '../edi/grammar/index.ts';
import type { Restriction, UserDictionary } from '../edi/grammar/index.ts';
import { configFinding } from './config-text.ts';
import type { PartnerSource } from './partner-source.ts';

/** Restrictions that narrow nothing, because no dictionary has such a message or place: they would hold nobody to anything. */
export function checkRestrictions(
  sources: readonly PartnerSource[],
  dictionaries: readonly UserDictionary[],
): Finding[] {
  return sources.flatMap(({ partner, locate }) =>
    partner.restrictions.flatMap((restriction, i) => {
      const { message, at } = restriction;
      switch (findPlace(restriction, dictionaries)) {
        case 'found':
          return [];
        case 'no message':
          return [
            configFinding(
              locate(['restrictions', i, 'message']),
              'RESTRICTION_MISPLACED',
              `restrictions[${i}]: no dictionary has a message "${message}"`,
              { actual: message },
            ),
          ];
        case 'no place':
          return [
            configFinding(
              locate(['restrictions', i, 'at']),
              'RESTRICTION_MISPLACED',
              `restrictions[${i}]: "${at}" is no place of ${message} in any release`,
              { actual: at },
            ),
          ];
      }
    }),
  );
}

function findPlace(
  restriction: Restriction,
  dictionaries: readonly UserDictionary[],
): 'found' | 'no place' | 'no message' {
  const layers = [{ name: 'restriction', restrictions: [restriction] }];
  const grammars = listReleases(dictionaries).flatMap(({ standard, release }) => {
    const options = { match: 'exact' as const, extensions: { dictionaries, layers } };
    return findGrammar(standard, restriction.message, release, options) ?? [];
  });
  if (grammars.length === 0) return 'no message';
  return grammars.some(({ misplaced }) => misplaced.length === 0) ? 'found' : 'no place';
}
