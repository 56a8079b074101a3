import type { Place } from '../common/finding.ts';

type Locate = (path: readonly (string | number)[]) => Place;

/** A secret that a settings file names, and where. */
export interface NamedSecret {
  name: string;
  place: Place;
}

/** A file with a certificate or a key that a settings file names, below the gateway's home, and where. */
export type NamedFile = NamedSecret;

/** Every `{ secret: NAME }` in the settings of one file. */
export function listSecretNames(settings: unknown, locate: Locate): NamedSecret[] {
  return listNamed('secret', settings, locate, []);
}

/** Every `{ file: NAME }`. */
export function listFileNames(settings: unknown, locate: Locate): NamedFile[] {
  return listNamed('file', settings, locate, []);
}

function listNamed(
  kind: 'secret' | 'file',
  settings: unknown,
  locate: Locate,
  path: readonly (string | number)[],
): NamedSecret[] {
  if (typeof settings !== 'object' || settings === null) return [];
  if (Array.isArray(settings)) {
    return settings.flatMap((item, index) => listNamed(kind, item, locate, [...path, index]));
  }
  const name = (settings as Record<string, unknown>)[kind];
  if (typeof name === 'string') return [{ name, place: locate([...path, kind]) }];
  return Object.entries(settings).flatMap(([key, value]) => listNamed(kind, value, locate, [...path, key]));
}
