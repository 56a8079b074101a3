/** How many characters a character takes in the file: a sign that the partner cannot receive may be spelled with several. */
export type Measure = (character: string) => number;

/** Pieces that take at most `width` characters; split at spaces unless the pieces are joined without anything. */
export function splitText(text: string, width: number, join: string, measure: Measure): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest !== '') {
    const room = fittingLength(rest, width, measure);
    const space = join === '' || room === rest.length ? -1 : rest.lastIndexOf(' ', room);
    const cut = space > 0 ? space : room;
    const piece = rest.slice(0, cut);
    rest = rest.slice(cut);
    pieces.push(join === '' || rest === '' ? piece : piece.trimEnd());
    if (join !== '') rest = rest.trimStart();
  }
  return pieces;
}

/** Length of the longest beginning that takes at most `width` characters, one at least; no character is torn apart. */
export function fittingLength(text: string, width: number, measure: Measure): number {
  let length = 0;
  let taken = 0;
  for (const character of text) {
    taken += measure(character);
    if (taken > width && length > 0) break;
    length += character.length;
  }
  return length;
}
