import { asciiOf, longestSpelling } from '../repertoire.ts';
import type { Repertoire } from '../repertoire.ts';

/**
 * Identification copied from what is answered: an answer names it as it was sent, as far as the answer's own element can
 * carry it. Too short, empty or unknown stays as it is; control characters and what is too long cannot be sent.
 */
export function copyText(text: string, maxLength: number, repertoire: Repertoire = 'any'): string {
  const printable = text.replace(/[\0-\x1f\x7f-\x9f\ufeff\ufffd]/g, '').trimEnd();
  return cut(printable, maxLength, asciiOf(repertoire)).trimEnd();
}

/** The beginning that is no longer than that even where characters have to be spelled with several. */
function cut(text: string, maxLength: number, sendable: readonly boolean[]): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += sendable[character.codePointAt(0)!] === true ? 1 : longestSpelling(character);
    if (length > maxLength) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The same for names that X12 writes in its own characters: what has to be spelled with several would not fit. */
export function copyName(text: string, maxLength: number): string {
  return copyText(text.replace(/[^\x20-\x7e]/g, ''), maxLength);
}

/** Components without the empty ones at the end, each at most as long as the answer's element takes it. */
export function copyComponents(
  components: readonly string[],
  maxLengths: readonly number[],
  repertoire?: Repertoire,
): string[] {
  const copied = components
    .slice(0, maxLengths.length)
    .map((text, i) => copyText(text, maxLengths[i] ?? 0, repertoire));
  while (copied.at(-1) === '') copied.pop();
  return copied;
}

/** GS01 and GS06 as 997 and 999 can repeat them. A group without such a name gets no answer: it could be taken for another's. */
export function isNameableGroup(functionalId: string, controlNumber: string): boolean {
  return /^[A-Za-z0-9]{2}$/.test(functionalId) && /^\d{1,9}$/.test(controlNumber);
}

/** GS08 of the answer: that of the group, or of the release that its content was checked against. */
export function answerRelease(version: string): string {
  if (/^\d{6}[A-Za-z0-9]{0,6}$/.test(version)) return version;
  return /^00[5-9]|^0[1-9]/.test(version) ? '005010' : '004010';
}

/** A position in at most so many digits; the last one that they can name stands for those behind it. */
export function limited(position: number, digits: number): string {
  return String(Math.min(position, 10 ** digits - 1));
}
