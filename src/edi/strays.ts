import type { EnvelopeContext } from './envelope-context.ts';
import type { Lexer } from './lexer.ts';

function times(count: number): string {
  return count === 1 ? '' : `, ${count} times in all`;
}

/** Turns what stood between and inside segments into findings: one for each kind, at its first place. */
export function reportStrays(lexer: Lexer, context: EnvelopeContext): void {
  const strays = lexer.strays;
  if (lexer.unterminatedAt >= 0) {
    const end = context.interchange.range[1];
    context.report(
      'SEGMENT_TERMINATOR_MISSING',
      { range: [lexer.unterminatedAt, end] },
      'The last segment is not terminated.',
      { expected: context.rules.delimiters.segmentTerminator },
    );
  }
  if (strays.emptySegments > 0)
    context.report(
      'EMPTY_SEGMENT',
      { range: [strays.emptySegmentAt, strays.emptySegmentAt + 1] },
      `A segment terminator follows another one${times(strays.emptySegments)}.`,
    );
  if (strays.blanks > 0)
    context.report(
      'BLANKS_BETWEEN_SEGMENTS',
      { range: [strays.blankAt, strays.blankAt + 1] },
      `Blanks stand between segments${times(strays.blanks)}.`,
    );
  if (strays.lineBreaks === 0) return;
  const place = { range: [strays.lineBreakAt, strays.lineBreakAt + 1] as const };
  if (strays.wrapWidth > 0)
    context.report(
      'WRAPPED_LINES',
      place,
      `Lines are cut at ${strays.wrapWidth} characters; their breaks are no data.`,
      {
        actual: `${strays.wrapWidth} characters`,
      },
    );
  else
    context.report(
      'LINE_BREAK_IN_DATA',
      place,
      `A line break stands inside a segment${times(strays.lineBreaks)}; it is kept.`,
    );
}
