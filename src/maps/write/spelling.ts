import type { Field, Place } from '../compile/model.ts';
import type { WriteReport } from './express.ts';
import type { SegmentSink } from './sink.ts';
import { fittingLength, splitText } from './split-text.ts';

/** How texts will stand in the file: the partner may not be able to receive all of their characters. */
export class Spelling {
  readonly #report: WriteReport;
  #sink: Pick<SegmentSink, 'spell'> = {};

  constructor(report: WriteReport) {
    this.#report = report;
  }

  start(sink: Pick<SegmentSink, 'spell'>): void {
    this.#sink = sink;
  }

  finish(): void {
    this.#sink = {};
  }

  /** Whether a text takes at most so many characters in the file. */
  fits(text: string, width: number): boolean {
    return (this.#sink.spell?.(text) ?? text).length <= width;
  }

  /** Whether a text stands in the file as it is. */
  isPlain(text: string): boolean {
    return this.#sink.spell === undefined || this.#sink.spell(text) === text;
  }

  /**
   * A text without what would be blanks at its ends, because the partner cannot receive what stands there: receivers refuse those.
   * undefined where nothing else is left.
   */
  withoutEnds(text: string): string | undefined {
    if (this.isPlain(text)) return text;
    const characters = Array.from(text);
    const isBlank = (character: string): boolean => this.#sink.spell!(character).trim() === '';
    const last = characters.findLastIndex((character) => !isBlank(character));
    const first = characters.findIndex((character) => !isBlank(character));
    const left = characters.slice(Math.max(first, 0), last + 1).join('');
    if (left === text) return text;
    const message =
      left === ''
        ? `"${text}" has nothing that the partner can receive, and is not written`
        : `of "${text}" the ends, which the partner cannot receive, are not written`;
    this.#report('MAP_CUT', 'warning', message, text);
    return left === '' ? undefined : left;
  }

  /** Adds the pieces that a field has room for: all of a text where the field may repeat or joins them, else its beginning. */
  cut<P extends Place>({ width, join, list }: Field<P>, text: string, texts: string[]): void {
    if (width === undefined || this.fits(text, width)) {
      texts.push(text);
      return;
    }
    const isSplit = join !== undefined || list;
    if (!isSplit) this.#report('MAP_CUT', 'warning', `"${text}" is cut to ${width} characters`, text);
    const parts = isSplit
      ? splitText(text, width, join ?? ' ', this.#measure)
      : [text.slice(0, fittingLength(text, width, this.#measure)).trimEnd()];
    for (const part of parts) {
      const left = this.withoutEnds(part);
      if (left !== undefined) texts.push(left);
    }
  }

  readonly #measure = (character: string): number => this.#sink.spell?.(character).length ?? character.length;
}
