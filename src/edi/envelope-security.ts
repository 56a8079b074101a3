import type { Finding } from '../common/finding.ts';
import type { EnvelopeContext } from './envelope-context.ts';
import type { SegmentSlice } from './token-table.ts';

const HEADER_IDS: readonly string[] = ['USH', 'USA', 'USC', 'USR'];
const TRAILER_IDS: readonly string[] = ['UST', 'USR'];

/** Security groups around the content of one interchange or of one group (ISO 9735-5). */
export class EnvelopeSecurity {
  /** 0534 of each USH that no UST has named yet. */
  readonly #open = new Set<string>();
  #told = false;
  #inTrailer = false;

  /**
   * True for a segment `s` of a security group in its place: the header group before all content, the trailer group
   * behind it. Told once in `findings`: what secures the content is not verified.
   */
  accept(
    slice: SegmentSlice,
    s: number,
    hasContent: boolean,
    context: EnvelopeContext,
    findings: Finding[],
  ): boolean {
    const id = slice.id(s);
    const known = this.#inTrailer || hasContent ? TRAILER_IDS : HEADER_IDS;
    if (!known.includes(id)) return false;
    if (id === 'USH') this.#open.add(slice.value(s, 2));
    if (id === 'UST') {
      this.#inTrailer = true;
      if (!this.#open.delete(slice.value(s, 1)))
        findings.push(
          context.finding(
            'SECURITY_REFERENCE_MISMATCH',
            { segmentId: id, element: 1, range: slice.range(s, 1) },
            `UST names security group "${slice.value(s, 1)}", which no USH has opened.`,
            { actual: slice.value(s, 1) },
          ),
        );
    }
    if (!this.#told)
      findings.push(
        context.finding(
          'SECURITY_NOT_VERIFIED',
          { segmentId: id, range: slice.range(s) },
          `The ${findings === context.interchange.findings ? 'interchange' : 'group'} is secured (${id}): what secures it is not verified.`,
        ),
      );
    this.#told = true;
    return true;
  }

  /** The content ends at file offset `at`: every USH should have had its UST. */
  close(at: number, context: EnvelopeContext, findings: Finding[]): void {
    for (const reference of this.#open)
      findings.push(
        context.finding(
          'SECURITY_REFERENCE_MISMATCH',
          { segmentId: 'USH', range: [at, at] },
          `Security group "${reference}" is opened by USH, but no UST closes it.`,
          { actual: reference, expected: 'UST' },
        ),
      );
    this.#open.clear();
  }
}
