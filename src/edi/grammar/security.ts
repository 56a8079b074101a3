import type { Slot } from '../model.ts';
import { SEGMENT_ID, SEGMENT_STRIDE } from '../token-table.ts';
import { SECURITY_GROUPS } from './dictionaries/edifact-service.ts';
import { readSlots } from './notation.ts';
import { addFinding, elementFinding, makeFinding, structureFinding, type Report } from './report.ts';
import { checkSegment } from './segment-check.ts';
import { StructureMatcher, type StructureFault } from './structure.ts';
import { TransitionTable } from './transitions.ts';

const HEADER_IDS: readonly string[] = ['USH', 'USA', 'USC', 'USR'];
const TRAILER_IDS: readonly string[] = ['UST', 'USR'];
const ENCRYPTED = 'USD';

let groups: { slots: readonly Slot[]; matcher: StructureMatcher } | undefined;

/**
 * Security header and trailer groups of a message (ISO 9735-5: USH behind UNH, UST before UNT). They stand in no message of
 * a directory, so the structure has no place for them; what they say of the message is not verified. Takes the faults of the
 * structure, returns those that are not of such segments and tells the others apart.
 */
export function checkSecurity(report: Report, faults: readonly StructureFault[]): readonly StructureFault[] {
  if (faults.length === 0) return faults;
  const { segments } = report.transaction;
  const secured = faults.filter(({ code, segment }) => {
    const id = segments.id(segment);
    return code === 'SEGMENT_UNPLACED' && (HEADER_IDS.includes(id) || TRAILER_IDS.includes(id));
  });
  const encrypted = faults.find(
    ({ code, segment }) => code === 'SEGMENT_UNPLACED' && segments.id(segment) === ENCRYPTED,
  );
  if (encrypted) {
    const message = `The message is encrypted (${ENCRYPTED} at segment ${encrypted.segment + 1}): it cannot be read.`;
    addFinding(report, makeFinding(report, 'SECURITY_ENCRYPTED', encrypted.segment, message, {}));
    return [];
  }
  if (secured.length === 0) return faults;
  const { header, trailer, misplaced } = splitGroups(
    report,
    secured.map(({ segment }) => segment),
  );
  for (const s of misplaced) {
    const id = segments.id(s);
    const message = `${id} at segment ${s + 1} has no place here: security groups stand behind UNH and before UNT.`;
    addFinding(report, makeFinding(report, 'SEGMENT_UNEXPECTED', s, message, { actual: id }));
  }
  checkGroups(report, [...header, ...trailer]);
  checkPairs(report, header, trailer);
  return faults.filter((fault) => !secured.includes(fault));
}

/** The segments right behind UNH, those right before UNT, and all others. */
function splitGroups(
  report: Report,
  secured: readonly number[],
): { header: number[]; trailer: number[]; misplaced: number[] } {
  const { segments } = report.transaction;
  let head = 1;
  while (HEADER_IDS.includes(segments.id(head))) head++;
  let tail = segments.length - (segments.id(segments.length - 1) === 'UNT' ? 1 : 0);
  while (tail > head && TRAILER_IDS.includes(segments.id(tail - 1))) tail--;
  return {
    header: secured.filter((s) => s < head),
    trailer: secured.filter((s) => s >= tail),
    misplaced: secured.filter((s) => s >= head && s < tail),
  };
}

/** Their order and their elements; only syntax 4 defines these. */
function checkGroups(report: Report, secured: readonly number[]): void {
  const { segments, standard } = report.transaction;
  groups ??= readGroups();
  const { slots, matcher } = groups;
  const packed = (s: number): number =>
    segments.segments[(segments.first + s) * SEGMENT_STRIDE + SEGMENT_ID]!;
  matcher.start();
  matcher.place(0, packed(0));
  for (const s of secured) matcher.place(s, packed(s));
  const own = report.grammar && { ...report, grammar: { ...report.grammar, slots } };
  for (const fault of matcher.faults) addFinding(report, structureFinding(own ?? report, fault));
  for (const s of secured) {
    const definition = report.grammar?.segment(segments.id(s));
    if (definition === undefined) continue;
    for (const fault of checkSegment(segments, s, definition, standard))
      addFinding(report, elementFinding(report, s, fault));
  }
}

function readGroups(): { slots: readonly Slot[]; matcher: StructureMatcher } {
  const slots = readSlots(SECURITY_GROUPS, 'edifact');
  return { slots, matcher: new StructureMatcher(new TransitionTable(slots)) };
}

/** Each USH (0534 is its second element) has one UST that names it and counts the segments of both groups. */
function checkPairs(report: Report, header: readonly number[], trailer: readonly number[]): void {
  const { segments } = report.transaction;
  const opened = sizesByReference(report, header, 'USH', 2);
  const closed = sizesByReference(report, trailer, 'UST', 1);
  const unmatched = (s: number, element: number, other: string): void => {
    const actual = segments.value(s, element);
    const expected = `the reference of ${other}`;
    const fault = {
      code: 'SECURITY_REFERENCE_MISMATCH',
      element,
      elementId: '0534',
      actual,
      expected,
    } as const;
    addFinding(report, elementFinding(report, s, fault));
  };
  for (const [reference, { s }] of opened) {
    if (closed.has(reference)) continue;
    unmatched(s, 2, 'a UST');
  }
  for (const [reference, { s, size }] of closed) {
    const opening = opened.get(reference);
    if (opening === undefined) {
      unmatched(s, 1, 'a USH');
      continue;
    }
    const actual = segments.value(s, 2);
    const count = opening.size + size;
    if (!/^\d{1,10}$/.test(actual) || Number(actual) === count) continue;
    const expected = `${count}, the segments of its two groups`;
    const fault = { code: 'SECURITY_COUNT_WRONG', element: 2, elementId: '0588', actual, expected } as const;
    addFinding(report, elementFinding(report, s, fault));
  }
  const first = header[0] ?? trailer[0];
  if (first === undefined) return;
  const message = `The message is secured (${segments.id(first)} at segment ${first + 1}): what secures it is not verified.`;
  addFinding(report, makeFinding(report, 'SECURITY_NOT_VERIFIED', first, message, {}));
}

/** The groups by the reference in their first segment: where it stands, and how many segments each has. */
function sizesByReference(
  report: Report,
  secured: readonly number[],
  opening: string,
  element: number,
): Map<string, { s: number; size: number }> {
  const { segments } = report.transaction;
  const sizes = new Map<string, { s: number; size: number }>();
  let open: { s: number; size: number } | undefined;
  for (const s of secured) {
    if (segments.id(s) === opening) {
      open = { s, size: 0 };
      sizes.set(segments.value(s, element), open);
    }
    if (open) open.size++;
  }
  return sizes;
}
