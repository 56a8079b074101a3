import type { Place } from '../common/finding.ts';
import type { EnvelopeReport } from './envelope-findings.ts';
import { compileSegment, type SegmentProgram } from './grammar/clean-segment.ts';
import type { SegmentDefinition } from './grammar/definition.ts';
import { loadDictionary, type BuiltInRelease } from './grammar/dictionary.ts';
import { acknowledgmentCode } from './grammar/finding-codes.ts';
import { isClean } from './grammar/generate-check.ts';
import { shorten } from './grammar/report.ts';
import { checkSegment, type ElementFault } from './grammar/segment-check.ts';
import { isDate } from './grammar/value.ts';
import type { Interchange, Standard } from './model.ts';
import type { SegmentSlice } from './token-table.ts';

/** One fault of a header segment, ready to be reported. */
export interface HeaderFault {
  place: Place;
  message: string;
  report: EnvelopeReport;
}

/** GS04; UNB and UNG S004. */
const DATES: readonly string[] = ['373', '0017'];
/** GS02 and GS03: one character names an application as well as two. */
const NAMES: readonly string[] = ['142', '124'];

/** With or without its century a date is a date; releases and versions differ in it, and so do senders. */
function isHarmless({ code, elementId = '', actual = '' }: ElementFault): boolean {
  return (
    (DATES.includes(elementId) && isDate(actual)) ||
    (NAMES.includes(elementId) && code === 'ELEMENT_TOO_SHORT')
  );
}

interface CheckedHeader {
  definition: SegmentDefinition;
  program: SegmentProgram | undefined;
}

const headers = new Map<string, CheckedHeader>();

function headerOf(release: BuiltInRelease, id: string): CheckedHeader | undefined {
  const key = `${release} ${id}`;
  const known = headers.get(key);
  if (known) return known;
  const definition = loadDictionary(release).segment(id);
  if (definition === undefined) return undefined;
  const header = { definition, program: compileSegment(definition) };
  headers.set(key, header);
  return header;
}

/**
 * Every fault of the elements of an envelope segment (UNB, UNG, GS, their trailers, TA1) against its dictionary; separators
 * at the end are none. `version` is that of UNB S001.
 */
export function checkHeaderElements(
  slice: SegmentSlice,
  { standard, version }: Pick<Interchange, 'standard' | 'version'>,
): HeaderFault[] {
  const release = standard === 'x12' ? 'envelope' : version.endsWith('4') ? 'syntax 4' : 'syntax 3';
  const header = headerOf(release, slice.id(0));
  if (header === undefined || (header.program && isClean(slice, 0, header.program))) return [];
  return checkSegment(slice, 0, header.definition, standard)
    .filter(({ code }) => code !== 'TRAILING_SEPARATOR')
    .map((fault) => headerFault(slice, fault, standard));
}

function headerFault(slice: SegmentSlice, fault: ElementFault, standard: Standard): HeaderFault {
  const { code, element, component, actual, expected, elementId } = fault;
  const segmentId = slice.id(0);
  const name = `${segmentId}${String(element).padStart(2, '0')}${component === undefined ? '' : `.${component}`}`;
  const tolerated = isHarmless(fault);
  const which = elementId === undefined ? name : `${name} (${elementId})`;
  const found = actual === undefined ? 'is missing' : `is "${shorten(actual)}"`;
  return {
    place: {
      segmentId,
      element,
      ...(component === undefined ? {} : { component }),
      range: slice.range(0, element, component),
    },
    message: `${which} ${found}: expected ${expected}.`,
    report: {
      actual,
      expected,
      ...(tolerated && { tolerated }),
      ...(standard === 'edifact' && { acknowledgment: acknowledgmentCode(code, standard)?.code }),
    },
  };
}

/** What a trailer has beyond its count and its control number, which are judged by themselves. */
export function checkTrailerElements(
  slice: SegmentSlice,
  interchange: Pick<Interchange, 'standard' | 'version'>,
): HeaderFault[] {
  if (slice.elementCount(0) <= 2) return [];
  return checkHeaderElements(slice, interchange).filter(({ place }) => place.element! > 2);
}
