import type { FieldPlace } from '../records.ts';

/**
 * Where each field of a document was read from, as a text of a fifth of the size: of every path only what differs from the one before,
 * of every position the distance from the one before. `;` stands between fields, a blank between
 * `<length shared>:<rest of the path> <segment> <element> <start> <length>`. Paths that hold these are kept as they are.
 */
export function packPlaces(places: readonly FieldPlace[]): string | FieldPlace[] {
  if (places.some(({ path }) => /[; ]/.test(path))) return [...places];
  let before: FieldPlace = START;
  let text = '';
  for (const place of places) {
    const { path, segment, element, range } = place;
    const shared = sharedLength(before.path, path);
    if (text !== '') text += ';';
    text += `${shared}:${path.slice(shared)} ${segment - before.segment} ${element ?? ''} ${range[0] - before.range[1]} ${range[1] - range[0]}`;
    before = place;
  }
  return text;
}

export function unpackPlaces(packed: string | readonly FieldPlace[]): readonly FieldPlace[] {
  if (typeof packed !== 'string') return packed;
  if (packed === '') return [];
  let before: FieldPlace = START;
  return packed.split(';').map((text) => {
    const [name = '', segment, element = '', gap, length] = text.split(' ');
    const colon = name.indexOf(':');
    const start = before.range[1] + Number(gap);
    before = {
      path: before.path.slice(0, Number(name.slice(0, colon))) + name.slice(colon + 1),
      segment: before.segment + Number(segment),
      range: [start, start + Number(length)],
      ...(element !== '' && { element: Number(element) }),
    };
    return before;
  });
}

const START: FieldPlace = { path: '', segment: 0, range: [0, 0] };

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}
