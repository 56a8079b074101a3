import { z } from 'zod';
import type { Standard } from '../model.ts';
import type { ReleaseMatch } from './definition.ts';
import { Dictionary, loadDictionary, type BuiltInRelease } from './dictionary.ts';
import { layerSchema, type Layer } from './restriction.ts';

/**
 * A release or set that a user adds, in the notation of notation.ts (docs/dictionaries.md): what it leaves out is looked up
 * in the base.
 */
export const userDictionarySchema = z.strictObject({
  standard: z.enum(['x12', 'edifact']),
  /** As senders state it: `004030`, `D.97A`. Longer statements match by their start. */
  release: z.string().min(3),
  base: z.enum(['004010', '005010', 'D.96A', 'D.01B']),
  elements: z.string().default(''),
  segments: z.string().default(''),
  messages: z.string().default(''),
  /** What this release narrows in its messages: an industry's guide, stated as a suffix (`004010VICS`). */
  restrictions: layerSchema.shape.restrictions.default([]),
});

export type UserDictionary = z.output<typeof userDictionarySchema>;

export interface ResolvedRelease {
  /** The dictionary's release: `004010`. */
  release: string;
  match: ReleaseMatch;
  dictionary: Dictionary;
  base: BuiltInRelease;
  /** Restrictions of the release itself. */
  layer?: Layer;
}

/** Releases that have a dictionary of their own: the shipped ones, and the user's. */
export function listReleases(
  dictionaries: readonly UserDictionary[] = [],
): { standard: Standard; release: string }[] {
  return [
    { standard: 'x12', release: '004010' },
    { standard: 'x12', release: '005010' },
    { standard: 'edifact', release: 'D.96A' },
    { standard: 'edifact', release: 'D.01B' },
    ...dictionaries.map(({ standard, release }) => ({ standard, release })),
  ];
}

const built = new WeakMap<UserDictionary, Dictionary>();

/**
 * The dictionary for a release as the sender stated it (GS08 `004010VICS`, UNH S009 `D.96A`). A suffix names an
 * implementation of the release and changes no standard table. Without a dictionary of its own a release gets the nearest:
 * X12 before 005 → 004010, EDIFACT before D.00A → D.96A, later ones 005010 and D.01B.
 */
export function resolveRelease(
  standard: Standard,
  stated: string,
  dictionaries: readonly UserDictionary[] = [],
): ResolvedRelease {
  const user = dictionaries
    .filter((entry) => entry.standard === standard && stated.startsWith(entry.release))
    .sort((a, b) => b.release.length - a.release.length)[0];
  if (user) {
    const { release, restrictions } = user;
    const layer = restrictions.length > 0 && { layer: { name: release, restrictions } };
    return { release, match: 'exact', dictionary: buildDictionary(user), base: user.base, ...layer };
  }
  const base = standard === 'x12' ? nearestX12(stated) : nearestEdifact(stated);
  const match = stated.startsWith(base) ? 'exact' : 'nearest';
  return { release: base, match, dictionary: loadDictionary(base), base };
}

function nearestX12(stated: string): '004010' | '005010' {
  return /^00[5-9]|^0[1-9]/.test(stated) ? '005010' : '004010';
}

function nearestEdifact(stated: string): 'D.96A' | 'D.01B' {
  // Before 1993 a version was a number: 90.1, 1.911, 2.912.
  if (/^\d/.test(stated)) return 'D.96A';
  const year = /^[A-Z]\.(\d\d)/.exec(stated)?.[1];
  return year === undefined || Number(year) < 80 ? 'D.01B' : 'D.96A';
}

function buildDictionary(user: UserDictionary): Dictionary {
  const known = built.get(user);
  if (known) return known;
  const dictionary = new Dictionary(user, loadDictionary(user.base));
  built.set(user, dictionary);
  return dictionary;
}
