import type { Place } from '../common/finding.ts';

/** A secret that a settings file names, and where. */
export interface NamedSecret {
  name: string;
  place: Place;
}

/** Every `{ secret: NAME }` in the settings of one file. */
export function listSecretNames(
  settings: unknown,
  locate: (path: readonly (string | number)[]) => Place,
  path: readonly (string | number)[] = [],
): NamedSecret[] {
  if (typeof settings !== 'object' || settings === null) return [];
  if (Array.isArray(settings)) {
    return settings.flatMap((item, index) => listSecretNames(item, locate, [...path, index]));
  }
  if ('secret' in settings && typeof settings.secret === 'string') {
    return [{ name: settings.secret, place: locate([...path, 'secret']) }];
  }
  return Object.entries(settings).flatMap(([key, value]) => listSecretNames(value, locate, [...path, key]));
}
